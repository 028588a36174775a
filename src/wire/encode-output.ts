/** Encodes what an operation answered as a response, in the face that the caller asked for. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { outputHeaderNames } from "../schema/corrections.ts";
import {
  cloudFrontOperations,
  keyValueStoreOperations,
  type OperationSchema,
} from "../schema/operation-table.ts";
import type { Member } from "../schema/shape.ts";
import type { ApiResponse } from "./api-message.ts";
import { bodyLayout, membersOf } from "./body-layout.ts";
import type { Call, KeyValueStoreCall } from "./decode-call.ts";
import { jsonData } from "./json/json-data.ts";
import { restJsonStyle, writeJsonMembers } from "./json/write-json.ts";
import { writeXml } from "./xml/write-xml.ts";
import { findingsHeaders } from "./findings-header.ts";

type Output = Readonly<Record<string, unknown>>;

/**
 * @param output the operation's output. An `ETag` is sent in both faces also where the model has
 *   none, as on PublishFunction: it saves the caller a read
 */
export function encodeOutput(
  call: Call | KeyValueStoreCall,
  output: unknown,
  requestId: string,
): ApiResponse {
  const table =
    call.service === "cloudfront-keyvaluestore" ? keyValueStoreOperations : cloudFrontOperations;
  const operation = table.get(call.operation)!;
  const members = (output ?? {}) as Output;
  const headers = { "x-amzn-RequestId": requestId, ...headersOf(operation, members) };
  switch (call.face) {
    case "xml":
      return encodeXml(operation, members, headers);
    case "rest-json":
      return encodeRestJson(operation, members, headers);
    case "json":
      return encodeJson(operation, call.input as Output, members, headers);
  }
}

function encodeXml(
  operation: OperationSchema,
  output: Output,
  headers: Record<string, string>,
): ApiResponse {
  const { status } = operation;
  const { payload, inBody } = bodyLayout(operation.output);
  if (payload?.shape.kind === "blob") {
    const body = (output[payload.name] ?? new Uint8Array()) as Uint8Array;
    return { status, headers: { "Content-Type": "application/octet-stream", ...headers }, body };
  }
  if (status === 204 || (payload === undefined && inBody.length === 0)) {
    return { status, headers, body: "" };
  }
  const body = payload
    ? writeXml(memberSchema(operation.outputSchema, payload), output[payload.name] ?? {})
    : writeXml(
        operation.outputSchema,
        Object.fromEntries(inBody.map(({ name }) => [name, output[name]])),
      );
  return { status, headers: { ...headers, "Content-Type": "text/xml" }, body };
}

function encodeRestJson(
  operation: OperationSchema,
  output: Output,
  headers: Record<string, string>,
): ApiResponse {
  const { inBody } = bodyLayout(operation.output);
  return {
    status: operation.status,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(writeJsonMembers(inBody, output, restJsonStyle)),
  };
}

function encodeJson(
  operation: OperationSchema,
  input: Output,
  output: Output,
  headers: Record<string, string>,
): ApiResponse {
  const data = jsonData(operation, input, output);
  return {
    // A success has a body here, which 204 forbids.
    status: operation.status === 204 ? 200 : operation.status,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ success: true, data }),
  };
}

function headersOf(operation: OperationSchema, output: Output): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, binding } of membersOf(operation.output)) {
    const value = output[name];
    if (binding?.in !== "header" || typeof value !== "string") continue;
    for (const header of outputHeaderNames[binding.name] ?? [binding.name]) {
      headers[header] = value;
    }
  }
  if (typeof output["ETag"] === "string") headers["ETag"] = output["ETag"];
  const findings = output["Findings"];
  return Array.isArray(findings) ? { ...headers, ...findingsHeaders(findings) } : headers;
}

function memberSchema(output: NormalizedSchema, { name }: Member): NormalizedSchema {
  return output.getMemberSchema(name);
}
