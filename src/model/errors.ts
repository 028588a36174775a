/**
 * The errors that API calls end in: what happened, to what, in words the caller can act on.
 *
 * A class per failure that several operations share or that builds its message from values;
 * for the rest `new ApiError(code, message)` does. The HTTP status comes from AWS's own schema.
 */
import { errorStatus, type ErrorCode } from "../schema/errors.ts";
import type { Stage } from "./stage.ts";

/** `message` is for the caller and names what they sent; `cause` is for our log and stays here. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code;
    this.code = code;
    this.status = errorStatus(code);
  }
}

/** A value that the rules of its member don't allow. */
export class InvalidArgument extends ApiError {
  constructor(message: string) {
    super("InvalidArgument", message);
  }
}

/**
 * No function has this name in this stage: it was never created, or never published. The sentence is
 * AWS's.
 */
export class NoSuchFunctionExists extends ApiError {
  constructor(name: string, stage: Stage) {
    super(
      "NoSuchFunctionExists",
      `The specified function does not exist. It was looked for as "${name}" in stage ${stage}`,
    );
  }
}

/** The version that the caller saw is no longer the current one. The sentence is AWS's. */
export class PreconditionFailed extends ApiError {
  constructor(resource: string, given: string, current: string) {
    super(
      "PreconditionFailed",
      "The request failed because it didn't meet the preconditions in one or more request-header fields. " +
        `If-Match is ${given}, and the current ETag of ${resource} is ${current}`,
    );
  }
}

/** If-Match is absent, or cannot be the resource's version at all. The sentence is AWS's. */
export class InvalidIfMatchVersion extends ApiError {
  /** @param current the ETag it should have been, for an operation that has no PreconditionFailed */
  constructor(resource: string, given: string | undefined, current?: string) {
    const what = !given
      ? "The header If-Match is missing; send the ETag that the resource was last read with"
      : current
        ? `If-Match is ${given}, and the current ETag is ${current}`
        : `If-Match is "${given}", which is not an ETag`;
    super(
      "InvalidIfMatchVersion",
      `The If-Match version is missing or not valid for the resource. ${what} (${resource})`,
    );
  }
}

/** No distribution has this id. The sentence is AWS's. */
export class NoSuchDistribution extends ApiError {
  constructor(id: string) {
    super("NoSuchDistribution", `The specified distribution does not exist. Id: ${id}`);
  }
}
