/**
 * Decodes a request of the CloudFront API: which operation it calls, with which input, and through
 * which face the caller wants the answer.
 *
 * Pure, and total in its errors: whatever a request holds, it decodes or ends in an ApiError.
 */
import type { OperationName } from "../schema/operations.ts";
import { cloudFrontOperations } from "../schema/operation-table.ts";
import type { ApiRequest } from "./api-message.ts";
import { decodeInput } from "./decode-input.ts";
import { faceOf, type Face } from "./face.ts";
import { parseQuery } from "./query.ts";
import { Router } from "./route.ts";

export interface Call {
  readonly operation: OperationName;
  /** Has the operation's input type: decoding and the checks against the model made it so. */
  readonly input: unknown;
  readonly face: Face;
}

const router = new Router(cloudFrontOperations);

/**
 * @throws UnknownOperation, MethodNotAllowed, when no operation is called like that
 * @throws MalformedXML, MissingBody, InvalidArgument, when its input is not what the model says
 */
export function decodeCall(request: ApiRequest): Call {
  const face = faceOf(request);
  const query = parseQuery(request.query);
  const { operation, labels } = router.route(request, query);
  const input = decodeInput({ request, operation, labels, query, face });
  return { operation: operation.name as OperationName, input, face };
}
