/**
 * Finds the operation that a method, a path and a query name.
 *
 * The path is cut at its raw slashes and each label is percent-decoded once, so an ARN whose
 * slashes are encoded (`%2F`) stays one label. Literal segments are case-sensitive and win over
 * labels. Operations that share method and path differ by query keys (`?WithTags`, with or
 * without a "="): the one with the most keys present is meant.
 */
import { ApiError } from "../model/errors.ts";
import {
  apiVersion,
  type OperationSchema,
  type OperationTable,
} from "../schema/operation-table.ts";
import { isKeyValueStorePath, type ApiRequest } from "./api-message.ts";

export interface Route {
  readonly operation: OperationSchema;
  /** The path's labels by member name, decoded. */
  readonly labels: ReadonlyMap<string, string>;
}

/** The path is right and the method is not. `allowed` goes into the header `Allow`. */
export class MethodNotAllowed extends ApiError {
  readonly allowed: readonly string[];

  /** @param hint what the caller may have meant to do; nothing when there is nothing to say */
  constructor(method: string, path: string, allowed: readonly string[], hint = "") {
    super(
      "MethodNotAllowed",
      `The method ${shown(method)} is not allowed for ${shown(path)}; it takes ${allowed.join(", ")}${hint}`,
    );
    this.allowed = allowed;
  }
}

/** Services that a call of ours may be signed for. */
const ownServices = ["cloudfront", "cloudfront-keyvaluestore"];

/** What a client of another AWS service is told that was given this one's endpoint. */
function otherService({ headers }: ApiRequest): string | undefined {
  const { authorization = "", "x-amz-target": target } = headers;
  // The region is absent from the scope of a signature of version 4A.
  const [, signed] =
    /^AWS4-[\w-]+ Credential=[^/,\s]+\/\d{8}\/(?:[\w-]+\/)?([\w-]+)\/aws4_request\b/.exec(
      authorization,
    ) ?? [];
  const service = signed ?? target?.split(".")[0];
  return service === undefined || ownServices.includes(service) ? undefined : service;
}

function hintFor(request: ApiRequest): string {
  const { path } = request;
  const other = otherService(request);
  if (other !== undefined) {
    return `The call is for ${shown(other)}, and this is CloudFront's endpoint alone: give --endpoint-url, or AWS_ENDPOINT_URL_CLOUDFRONT, to calls of cloudfront and cloudfront-keyvaluestore only`;
  }
  if (/\/arn:[^/]*\//.test(path)) {
    return "An ARN in the path must be percent-encoded, its slashes as %2F";
  }
  if (isKeyValueStorePath(path)) {
    return "Paths of the key value stores' data API are /key-value-stores/{ARN} and, after that, /keys and /keys/{KEY}";
  }
  const [, version] = /^\/(\d{4}-\d{2}-\d{2})(?:\/|$)/.exec(path) ?? [];
  const rule = `Paths of the CloudFront API start with /${apiVersion}/`;
  if (version === undefined || version === apiVersion) return rule;
  return `Footlight speaks version ${apiVersion} of the CloudFront API, and the path asks for ${version}. ${rule}`;
}

interface PathNode {
  readonly literals: Map<string, PathNode>;
  label?: PathNode;
  readonly operations: OperationSchema[];
}

export class Router {
  readonly #root = newNode();

  constructor(operations: OperationTable) {
    for (const operation of operations.values()) this.#add(operation);
    sortByLiterals(this.#root);
  }

  /**
   * @throws UnknownOperation, when no operation has such a path
   * @throws MethodNotAllowed, when the path has operations, of other methods
   * @throws InvalidArgument, when a label is not percent-encoded UTF-8
   */
  route(request: ApiRequest, query: ReadonlyMap<string, string>): Route {
    const { method, path } = request;
    const segments = path.split("/").slice(1);
    const node = find(this.#root, segments, 0);
    if (node === undefined) {
      throw new ApiError(
        "UnknownOperation",
        `No operation answers ${shown(method)} ${shown(path)}. ${hintFor(request)}`,
      );
    }
    const sameMethod = node.operations.filter((candidate) => candidate.method === method);
    const operation = sameMethod.find((candidate) => hasLiteralQuery(candidate, query));
    if (operation) return { operation, labels: labelsOf(operation, segments) };
    if (sameMethod.length === 0) {
      throw new MethodNotAllowed(method, path, [...new Set(node.operations.map((o) => o.method))]);
    }
    const choices = sameMethod.map(
      (candidate) => `?${new URLSearchParams([...candidate.literalQuery]).toString()}`,
    );
    throw new ApiError(
      "UnknownOperation",
      `${method} ${shown(path)} needs one of these in its query: ${choices.join(", ")}`,
    );
  }

  #add(operation: OperationSchema): void {
    let node = this.#root;
    for (const segment of operation.path.split("/").slice(1)) {
      if (isLabel(segment)) {
        node = node.label ??= newNode();
      } else {
        const next = node.literals.get(segment) ?? newNode();
        node.literals.set(segment, next);
        node = next;
      }
    }
    node.operations.push(operation);
  }
}

function newNode(): PathNode {
  return { literals: new Map(), operations: [] };
}

function sortByLiterals(node: PathNode): void {
  node.operations.sort((a, b) => b.literalQuery.size - a.literalQuery.size);
  for (const child of node.literals.values()) sortByLiterals(child);
  if (node.label) sortByLiterals(node.label);
}

/** A label is never empty: `/function/` and `/function//describe` name nothing. */
function find(node: PathNode, segments: readonly string[], depth: number): PathNode | undefined {
  const segment = segments[depth];
  if (segment === undefined) return node.operations.length > 0 ? node : undefined;
  const literal = node.literals.get(segment);
  const found = literal && find(literal, segments, depth + 1);
  if (found) return found;
  return node.label && segment !== "" ? find(node.label, segments, depth + 1) : undefined;
}

function hasLiteralQuery(operation: OperationSchema, query: ReadonlyMap<string, string>): boolean {
  return [...operation.literalQuery].every(([key, value]) =>
    value === "" ? query.has(key) : query.get(key) === value,
  );
}

function isLabel(segment: string): boolean {
  return segment.startsWith("{");
}

function labelsOf(operation: OperationSchema, segments: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [index, segment] of operation.path.split("/").slice(1).entries()) {
    if (isLabel(segment)) labels.set(segment.slice(1, -1), decodeLabel(segments[index]!));
  }
  return labels;
}

function decodeLabel(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new ApiError(
      "InvalidArgument",
      `The path segment "${shown(segment)}" is not valid percent-encoded UTF-8`,
      { cause: error },
    );
  }
}

/** Keeps a message short, whatever was sent. */
function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
