/**
 * Where AWS's service does something else than its models say, or we mean to: each with its
 * reason. The tables are read when the shapes are built, so no other room repeats them.
 */
import type { Constraint } from "./constraint.ts";

/** Structure and member → the constraint that holds instead of the model's. */
export const correctedConstraints: Readonly<Record<string, Constraint>> = {
  // The model allows the origin events here too; AWS refuses them and prints this value set.
  "FunctionAssociation.EventType": { enum: ["viewer-request", "viewer-response"] },

  // The model says 40,960 bytes; AWS's quota is 10 KB, and beyond it the answer is 413
  // FunctionSizeLimitExceeded, which the operations give for every size above.
  "CreateFunctionRequest.FunctionCode": { min: 1 },
  "UpdateFunctionRequest.FunctionCode": { min: 1 },
  "CreateConnectionFunctionRequest.ConnectionFunctionCode": { min: 1 },
  "UpdateConnectionFunctionRequest.ConnectionFunctionCode": { min: 1 },

  // The model sets no limit; 128 characters is that of every other comment.
  "FunctionConfig.Comment": { max: 128 },

  // Lists, and they alone, have the versions of HTTP in upper case.
  "DistributionSummary.HttpVersion": { enum: ["HTTP1.1", "HTTP2", "HTTP3", "HTTP2AND3"] },
};

/**
 * Members that the models require, and answers may come without. Terraform's provider, which is
 * tested against AWS, takes an empty comment for one that nobody set.
 */
export const optionalMembers: ReadonlySet<string> = new Set(["KeyValueStore.Comment"]);

/**
 * Headers that a call may come without, whatever the model requires: AWS says first whether the
 * resource exists, and then that its version is missing (InvalidIfMatchVersion).
 */
export const headersLeftToOperations: ReadonlySet<string> = new Set(["If-Match"]);

/**
 * The spelling of an output header in the model → the header names that we send. AWS spells the
 * header of one operation, UpdateFunction, in a way every SDK has to follow.
 */
export const outputHeaderNames: Readonly<Record<string, readonly string[]>> = {
  ETtag: ["ETag", "ETtag"],
};
