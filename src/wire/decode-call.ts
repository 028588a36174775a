/**
 * Decodes a request: which operation it calls, with which input, and through which face the
 * caller wants the answer.
 *
 * Pure, and total in its errors: whatever a request holds, it decodes or ends in an ApiError.
 */
import type { KeyValueStoreOperationName, OperationName } from "../schema/operations.ts";
import {
  cloudFrontOperations,
  keyValueStoreOperations,
  type OperationSchema,
} from "../schema/operation-table.ts";
import type { ApiRequest } from "./api-message.ts";
import { decodeInput } from "./decode-input.ts";
import { faceOf, type Face } from "./face.ts";
import { parseQuery } from "./query.ts";
import { Router } from "./route.ts";

/** A call of the CloudFront API. */
export interface Call {
  readonly service?: "cloudfront";
  readonly operation: OperationName;
  /** Has the operation's input type: decoding and the checks against the model made it so. */
  readonly input: unknown;
  readonly face: Face;
}

/** A call of the key value stores' data API, on a path for which `isKeyValueStorePath()` is true. */
export interface KeyValueStoreCall {
  readonly service: "cloudfront-keyvaluestore";
  readonly operation: KeyValueStoreOperationName;
  readonly input: unknown;
  readonly face: Face;
}

const cloudFront = new Router(cloudFrontOperations);
const keyValueStore = new Router(keyValueStoreOperations);

/**
 * @throws UnknownOperation, MethodNotAllowed, when no operation is called like that
 * @throws MalformedXML, MissingBody, InvalidArgument, when its input is not what the model says
 */
export function decodeCall(request: ApiRequest): Call {
  const { operation, ...call } = decode(request, cloudFront);
  return { operation: operation.name as OperationName, ...call };
}

/** @throws as `decodeCall()`; the answer names refused input ValidationException there */
export function decodeKeyValueStoreCall(request: ApiRequest): KeyValueStoreCall {
  const { operation, ...call } = decode(request, keyValueStore);
  const name = operation.name as KeyValueStoreOperationName;
  return { service: "cloudfront-keyvaluestore", operation: name, ...call };
}

function decode(
  request: ApiRequest,
  router: Router,
): { readonly operation: OperationSchema; readonly input: object; readonly face: Face } {
  const face = faceOf(request);
  const query = parseQuery(request.query);
  const { operation, labels } = router.route(request, query);
  const input = decodeInput({ request, operation, labels, query, face });
  return { operation, input, face };
}
