/** Encodes why a call failed, in the face that the caller asked for. */
import { NormalizedSchema } from "@smithy/core/schema";
import { ApiError } from "../model/errors.ts";
import type { ErrorCode } from "../schema/errors.ts";
import type { ApiResponse } from "./api-message.ts";
import type { Face } from "./face.ts";
import { snakeCase } from "./json/json-names.ts";
import { MethodNotAllowed } from "./route.ts";
import { writeXml } from "./xml/write-xml.ts";

/**
 * @param error what was thrown. Whatever is not an ApiError is a fault of ours: the caller learns
 *   that, and nothing of what it says
 */
export function encodeError(error: unknown, face: Face, requestId: string): ApiResponse {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          "InternalFailure",
          `Footlight failed to do this; its log says why, under ${requestId}`,
        );
  const headers = {
    "x-amzn-RequestId": requestId,
    ...(known instanceof MethodNotAllowed && { Allow: known.allowed.join(", ") }),
  };
  switch (face) {
    case "xml":
      return {
        status: known.status,
        headers: { ...headers, "Content-Type": "text/xml" },
        body: xmlBody(known, requestId),
      };
    case "rest-json":
      return restJson(known, headers);
    case "json":
      return {
        status: known.status,
        headers: { ...headers, "Content-Type": "application/json" },
        body: jsonBody(known, requestId),
      };
  }
}

/** What the model of the key value stores calls errors that any call can end in. */
const keyValueStoreCodes: Partial<Record<ErrorCode, ErrorCode>> = {
  AccessDenied: "AccessDeniedException",
  InternalFailure: "InternalServerException",
  InvalidArgument: "ValidationException",
  InvalidIfMatchVersion: "ValidationException",
  MalformedXML: "ValidationException",
  MissingBody: "ValidationException",
};

function restJson(
  { code, message, status }: ApiError,
  headers: Record<string, string>,
): ApiResponse {
  return {
    status,
    headers: {
      ...headers,
      "Content-Type": "application/json",
      "x-amzn-ErrorType": keyValueStoreCodes[code] ?? code,
    },
    body: JSON.stringify({ Message: message }),
  };
}

const namespace = "com.amazonaws.cloudfront";
const errorSchema = [3, namespace, "Error", 0, ["Type", "Code", "Message"], [0, 0, 0]] as const;
const responseSchema = NormalizedSchema.of([
  3,
  namespace,
  "ErrorResponse",
  0,
  ["Error", "RequestId"],
  [() => errorSchema, 0],
] as unknown as Parameters<typeof NormalizedSchema.of>[0]);

function xmlBody({ status, code, message }: ApiError, requestId: string): string {
  const type = status >= 500 ? "Receiver" : "Sender";
  return writeXml(responseSchema, {
    Error: { Type: type, Code: code, Message: message },
    RequestId: requestId,
  });
}

/** Codes that say no more than that the caller sent what the API does not accept. */
const invalidParameters: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "InconsistentQuantities",
  "InvalidArgument",
  "InvalidIfMatchVersion",
  "InvalidTagging",
  "MalformedXML",
  "MissingBody",
  "ValidationException",
]);

function jsonBody({ code, message }: ApiError, requestId: string): string {
  const jsonCode = invalidParameters.has(code) ? "VALIDATION_ERROR" : snakeCase(code).toUpperCase();
  return JSON.stringify({
    success: false,
    error: { code: jsonCode, message, request_id: requestId },
  });
}
