import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, InvalidIfMatchVersion, NoSuchFunctionExists } from "../model/errors.ts";
import { xmlNamespace } from "../schema/operation-table.ts";
import { encodeError } from "./encode-error.ts";
import { MethodNotAllowed } from "./route.ts";

function jsonCode(error: unknown): string {
  const { body } = encodeError(error, "json", "request-1");
  return (JSON.parse(String(body)) as { readonly error: { readonly code: string } }).error.code;
}

test("encodeError() writes AWS's error document, with the request id twice", () => {
  const answer = encodeError(new NoSuchFunctionExists("a<b", "LIVE"), "xml", "request-1");
  assert.equal(answer.status, 404);
  assert.equal(answer.headers["x-amzn-RequestId"], "request-1");
  assert.equal(answer.headers["Content-Type"], "text/xml");
  assert.equal(
    answer.body,
    `<?xml version="1.0"?>\n<ErrorResponse xmlns="${xmlNamespace}"><Error><Type>Sender</Type><Code>NoSuchFunctionExists</Code>` +
      "<Message>The specified function does not exist. It was looked for as &quot;a&lt;b&quot; in stage LIVE</Message></Error><RequestId>request-1</RequestId></ErrorResponse>",
  );
});

test("encodeError() tells a missing If-Match in JSON as VALIDATION_ERROR that names the header", () => {
  const answer = encodeError(new InvalidIfMatchVersion("hello", undefined), "json", "request-1");
  assert.equal(answer.status, 400);
  const body = JSON.parse(String(answer.body)) as {
    readonly success: boolean;
    readonly error: Record<string, string>;
  };
  assert.equal(body.success, false);
  assert.deepEqual(Object.keys(body.error), ["code", "message", "request_id"]);
  assert.equal(body.error["code"], "VALIDATION_ERROR");
  assert.match(body.error["message"]!, /header If-Match is missing/);
  assert.equal(body.error["request_id"], "request-1");
});

test("encodeError() names all refusals of parameters alike in JSON, and others after AWS's code", () => {
  for (const code of ["InvalidArgument", "MalformedXML", "MissingBody"] as const) {
    assert.equal(jsonCode(new ApiError(code, "")), "VALIDATION_ERROR");
  }
  assert.equal(jsonCode(new ApiError("PreconditionFailed", "")), "PRECONDITION_FAILED");
  assert.equal(jsonCode(new ApiError("FunctionInUse", "")), "FUNCTION_IN_USE");
  assert.equal(jsonCode(new ApiError("CNAMEAlreadyExists", "")), "CNAME_ALREADY_EXISTS");
});

test("encodeError() tells a fault of ours as a fault, and nothing else", () => {
  for (const fault of [new Error("password: hunter2"), "hunter2", undefined, { status: 200 }]) {
    for (const face of ["xml", "json"] as const) {
      const answer = encodeError(fault, face, "request-1");
      assert.equal(answer.status, 500);
      assert.doesNotMatch(String(answer.body), /hunter2/);
      assert.match(
        String(answer.body),
        face === "xml" ? /<Type>Receiver<.*InternalFailure</ : /"INTERNAL_FAILURE"/,
      );
    }
  }
});

test("encodeError() says in Allow which methods a path has", () => {
  const answer = encodeError(new MethodNotAllowed("PATCH", "/x", ["GET", "PUT"]), "json", "r");
  assert.equal(answer.status, 405);
  assert.equal(answer.headers["Allow"], "GET, PUT");
});

test("encodeError() tells the key value stores' clients in REST-JSON, with their model's codes", () => {
  const answer = encodeError(new ApiError("InvalidArgument", "Key is long"), "rest-json", "r");
  assert.equal(answer.status, 400);
  assert.equal(answer.headers["x-amzn-ErrorType"], "ValidationException");
  assert.equal(answer.body, '{"Message":"Key is long"}');
  const missing = encodeError(new ApiError("ResourceNotFoundException", ""), "rest-json", "r");
  assert.equal(missing.status, 404);
  assert.equal(missing.headers["x-amzn-ErrorType"], "ResourceNotFoundException");
  const quota = new ApiError("ServiceQuotaExceededException", "");
  assert.equal(encodeError(quota, "rest-json", "r").status, 402);
  const fault = encodeError(new Error("hunter2"), "rest-json", "r");
  assert.equal(fault.headers["x-amzn-ErrorType"], "InternalServerException");
  assert.doesNotMatch(String(fault.body), /hunter2/);
});
