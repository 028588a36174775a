/**
 * Gathers an operation's input from where its members travel: path labels, query, headers and
 * body; then checks it against the model.
 */
import { ApiError } from "../model/errors.ts";
import { headersLeftToOperations } from "../schema/corrections.ts";
import type { OperationSchema } from "../schema/operation-table.ts";
import type { Member } from "../schema/shape.ts";
import type { ApiRequest } from "./api-message.ts";
import { bodyLayout, membersOf, structureOf } from "./body-layout.ts";
import type { Face } from "./face.ts";
import {
  membersByJsonName,
  namesOf,
  parseJsonObject,
  readJsonStructure,
} from "./json/read-json.ts";
import { NotSuchValue, readText } from "./read-simple.ts";
import { readXml } from "./xml/read-xml.ts";
import { requireXmlTexts } from "./xml/require-xml-texts.ts";
import { validateInput } from "./validate-input.ts";

export interface RoutedRequest {
  readonly request: ApiRequest;
  readonly operation: OperationSchema;
  readonly labels: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  /** How the body is written. */
  readonly face: Face;
}

type Input = Record<string, unknown>;

/** @throws MalformedXML, MissingBody, InvalidArgument */
export function decodeInput(routed: RoutedRequest): object {
  const { request, operation, face } = routed;
  checkQueryKeys(routed);
  checkCoding(request);
  const input = readBound(routed);
  if (face === "xml") Object.assign(input, readXmlBody(request.body, operation));
  else addJsonBody(input, request.body, operation);
  if (operation.input && operation.service === "cloudfront") {
    requireXmlTexts(operation.input, input);
  }
  if (operation.input) validateInput(operation.input, input);
  return input;
}

/** A misspelt query key would be a setting silently ignored. Presigned URLs add `X-Amz-…` keys. */
function checkQueryKeys({ operation, query }: RoutedRequest): void {
  const known = new Set(operation.literalQuery.keys());
  for (const { binding } of membersOf(operation.input)) {
    if (binding?.in === "query") known.add(binding.name);
  }
  for (const key of query.keys()) {
    if (known.has(key) || /^x-amz-/i.test(key)) continue;
    const takes = known.size === 0 ? "takes no query" : `takes ${[...known].join(", ")}`;
    throw invalid(
      `${operation.name} does not know the query key "${key.slice(0, 200)}"; it ${takes}`,
    );
  }
}

/** No AWS client compresses what it sends here. */
function checkCoding({ headers }: ApiRequest): void {
  const coding = headers["content-encoding"]?.trim() ?? "";
  if (coding === "" || coding.toLowerCase() === "identity") return;
  throw invalid(`The body must be sent as it is, and its Content-Encoding is "${coding}"`);
}

function readBound({ request, operation, labels, query }: RoutedRequest): Input {
  const input: Input = {};
  for (const member of membersOf(operation.input)) {
    const text = boundText(member, request, labels, query);
    if (text !== undefined) input[member.name] = readBoundText(member, text);
  }
  return input;
}

/** @returns undefined for what is absent; an empty query value is as good as absent */
function boundText(
  { name, binding }: Member,
  { headers }: ApiRequest,
  labels: ReadonlyMap<string, string>,
  query: ReadonlyMap<string, string>,
): string | undefined {
  switch (binding?.in) {
    case "label":
      return labels.get(name);
    case "query":
      return query.get(binding.name) || undefined;
    case "header":
      return headers[binding.name.toLowerCase()];
    case "payload":
    case undefined:
      return undefined;
  }
}

function readBoundText(member: Member, text: string): unknown {
  const place = member.binding && "name" in member.binding ? member.binding.name : member.name;
  // Older botocore writes a header's boolean as Python does: True.
  const isBoolean = member.shape.kind === "boolean";
  try {
    return readText(isBoolean ? text.toLowerCase() : text, member.shape);
  } catch (error) {
    if (!(error instanceof NotSuchValue)) throw error;
    throw invalid(`${place} must be ${error.expected}, got "${text.slice(0, 200)}"`);
  }
}

function readXmlBody(body: Uint8Array, operation: OperationSchema): object {
  const { payload, inBody } = bodyLayout(operation.input);
  const takesBody = payload !== undefined || inBody.length > 0;
  if (isBlank(body)) {
    if (payload?.required || inBody.some((member) => member.required)) {
      throw missingBody(`${operation.name} needs <${rootOf(operation)}>`);
    }
    return {};
  }
  if (!takesBody) throw new ApiError("MalformedXML", `${operation.name} takes no body`);
  if (payload === undefined) return readXml(body, operation.input!, rootOf(operation));
  return { [payload.name]: readXml(body, structureOf(payload), payload.xmlName) };
}

/**
 * A JSON body holds the members that XML would hold. Where XML's body is a single member (the
 * payload, like DistributionConfig) that may be the body itself, so that what a Get answered can
 * be sent back. `IfMatch` may stand beside them all; where there is such a header too, both must say
 * the same.
 */
function addJsonBody(input: Input, body: Uint8Array, operation: OperationSchema): void {
  const { payload, inBody } = bodyLayout(operation.input);
  if (isBlank(body)) {
    if (!payload?.required && inBody.every((member) => !member.required)) return;
    throw missingBody(`${operation.name} needs a JSON object`);
  }
  const headers = membersOf(operation.input).filter(
    ({ binding }) => binding?.in === "header" && headersLeftToOperations.has(binding.name),
  );
  const add = (members: Readonly<Record<string, unknown>>): void => {
    for (const { name } of headers) requireSame(name, input[name], members[name]);
    Object.assign(input, members);
  };
  const given = parseJsonObject(body);
  const whole = namesOf([...headers, ...inBody, ...(payload ? [payload] : [])]);
  if (payload === undefined || Object.keys(given).some((key) => whole.get(key) === payload)) {
    add(readJsonStructure(given, whole, ""));
    return;
  }
  const flat = new Map([...namesOf(headers), ...membersByJsonName(structureOf(payload))]);
  const { true: beside = [], false: inside = [] } = Object.groupBy(
    Object.entries(readJsonStructure(given, flat, "")),
    ([name]) => (headers.some((header) => header.name === name) ? "true" : "false"),
  ) as { readonly true?: [string, unknown][]; readonly false?: [string, unknown][] };
  add({ ...Object.fromEntries(beside), [payload.name]: Object.fromEntries(inside) });
}

/** @throws InvalidArgument, when a header and the body say different things */
function requireSame(name: string, inHeader: unknown, inBody: unknown): void {
  if (inHeader === undefined || inBody === undefined || inHeader === inBody) return;
  const [header, body] = [inHeader, inBody].map((value) => JSON.stringify(value).slice(0, 200));
  throw invalid(`${name} is ${header} in the header and ${body} in the body; send it once`);
}

function rootOf(operation: OperationSchema): string {
  return bodyLayout(operation.input).payload?.xmlName ?? operation.input?.name ?? operation.name;
}

function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** The sentences are the model's. */
function missingBody(what: string): ApiError {
  return new ApiError(
    "MissingBody",
    `This operation requires a body. Ensure that the body is present and the Content-Type header is set. ${what}`,
  );
}

function invalid(message: string): ApiError {
  return new ApiError("InvalidArgument", message);
}
