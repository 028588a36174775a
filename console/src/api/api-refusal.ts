/** What the API refused, in its own words. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  /** Like `PRECONDITION_FAILED`. */
  readonly code: string;
  readonly status: number;
  /** Under which the node's log has it. */
  readonly requestId: string;

  constructor(code: string, message: string, status: number, requestId: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

/** Nothing answered: the node is being restarted, or gone. */
export class NodeUnreachable extends Error {
  override readonly name = "NodeUnreachable";

  constructor(options?: ErrorOptions) {
    super("The node does not answer", options);
  }
}

/** Whether somebody else changed what a call was for, since it was read. */
export function isConflict(error: unknown): error is ApiRefusal {
  return error instanceof ApiRefusal && conflictCodes.includes(error.code);
}

/** Whether the one who is signed in may not do it. */
export function isForbidden(error: unknown): error is ApiRefusal {
  return error instanceof ApiRefusal && error.code === "ACCESS_DENIED";
}

/** Whether who asks must sign in first, or again. */
export function wantsSignIn(error: unknown): boolean {
  return error instanceof ApiRefusal && signInCodes.includes(error.code);
}

/** Whether somebody wants nothing of theirs to be seen any more. No API says so, but another tab. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiRefusal && error.code === signedOutCode;
}

export const signedOutCode = "SIGNED_OUT";

/** Of CloudFront's API, and of the data API of key value stores. */
const conflictCodes: readonly string[] = ["PRECONDITION_FAILED", "CONFLICT_EXCEPTION"];

const signInCodes: readonly string[] = [
  "MISSING_AUTHENTICATION_TOKEN",
  "INVALID_CLIENT_TOKEN_ID",
  "SIGNATURE_DOES_NOT_MATCH",
  "EXPIRED_TOKEN",
  "INCOMPLETE_SIGNATURE",
];
