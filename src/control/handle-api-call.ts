/**
 * One API call, from the bytes of its request to the bytes of its response: the whole flow.
 *
 * Two services share the port, and the path tells them apart: CloudFront's API, and the data API of
 * its key value stores.
 *
 * Both faces of the API, XML for the AWS clients and JSON for people, differ in how a call is
 * decoded and how its output is encoded; no operation knows which of them it serves.
 */
import type { Logger } from "../base/logger.ts";
import { ApiError } from "../model/errors.ts";
import type { Cause, Change } from "../state/change.ts";
import type { State } from "../state/state.ts";
import { isKeyValueStorePath, type ApiRequest, type ApiResponse } from "../wire/api-message.ts";
import {
  decodeCall,
  decodeKeyValueStoreCall,
  type Call,
  type KeyValueStoreCall,
} from "../wire/decode-call.ts";
import { encodeError } from "../wire/encode-error.ts";
import { encodeOutput } from "../wire/encode-output.ts";
import { faceOf } from "../wire/face.ts";
import type { Authenticate } from "./access/access.ts";
import { permissionsOf } from "./access/permissions.ts";
import { answerUnlessKnown } from "./answer-unless-known.ts";
import type { OperationContext } from "./operation.ts";
import { keyValueOperations } from "./key-value-data/operations.ts";
import { operations } from "./operations.ts";
import { refuseByNewest, type NewestState } from "./refuse-by-newest.ts";

/** What the control plane is made of. `node/` builds it. */
export interface Control extends NewestState {
  readonly authenticate: Authenticate;
  /** Appends the change that `decide` returns; see `Commit` in operation.ts. */
  readonly commit: (decide: (current: State) => Change) => Promise<State>;
  readonly now: () => Date;
  readonly newRequestId: () => string;
  readonly tester: OperationContext["tester"];
  readonly domainSuffix: string;
  readonly isDeployed: OperationContext["isDeployed"];
  readonly readImportSource: OperationContext["readImportSource"];
  readonly quotas: OperationContext["quotas"];
  readonly keptCopies: number;
  readonly ordersCertificates: boolean;
  readonly logger: Logger;
}

/** @returns the response, for every request: nothing that a caller sends makes it throw */
export async function handleApiCall(request: ApiRequest, control: Control): Promise<ApiResponse> {
  const requestId = control.newRequestId();
  try {
    const caller = await control.authenticate(request);
    const call = isKeyValueStorePath(request.path)
      ? decodeKeyValueStoreCall(request)
      : decodeCall(request);
    const cause: Cause = {
      operation: call.operation,
      requestId,
      principal: caller.principal,
      sourceIp: request.sourceIp,
    };
    const isChange = request.method !== "GET" && request.method !== "HEAD";
    const output = await refuseByNewest(control, isChange, (commit) => {
      caller.require(permissionsOf(call, control.state()));
      return perform(call, cause, { ...control, commit });
    });
    const response = encodeOutput(call, output, requestId);
    if (call.face !== "json" || isChange) return response;
    return answerUnlessKnown(request, response);
  } catch (error) {
    if (!(error instanceof ApiError)) {
      control.logger.error({ err: error, requestId }, "operation failed");
    }
    return encodeError(error, faceOf(request), requestId);
  }
}

async function perform(
  call: Call | KeyValueStoreCall,
  cause: Cause,
  control: Control,
): Promise<unknown> {
  const operation = findOperation(call);
  const context: OperationContext = {
    state: control.state,
    commit: (decide) =>
      control.commit((current) => ({ ...decide(current), at: control.now().toISOString(), cause })),
    tester: control.tester,
    logger: control.logger,
    domainSuffix: control.domainSuffix,
    isDeployed: control.isDeployed,
    readImportSource: control.readImportSource,
    quotas: control.quotas,
    keptCopies: control.keptCopies,
    ordersCertificates: control.ordersCertificates,
    clock: control.now,
  };
  return operation(call.input, context);
}

type AnyOperation = (input: unknown, context: OperationContext) => Promise<unknown>;

function findOperation({ service, operation: name }: Call | KeyValueStoreCall): AnyOperation {
  const table = service === "cloudfront-keyvaluestore" ? keyValueOperations : operations;
  const operation = (table as Readonly<Record<string, unknown>>)[name];
  if (operation === undefined) {
    throw new ApiError(
      "NotImplemented",
      `The operation ${name} is not implemented by Footlight. docs/operations.md lists those that are`,
    );
  }
  return operation as AnyOperation;
}
