/** Resource policies: who else may use a resource. They are put, whether there is one or not. */
import { JsonRefusal, parseStrictJson } from "../../../base/strict-json.ts";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import { findResource } from "../../../state/resources.ts";
import type { Operation } from "../../operation.ts";
import { requireTaggable } from "../../tags/taggable-resource.ts";
import type { State } from "../../../state/state.ts";

/** @throws EntityNotFound, when no resource of the account has that ARN */
function requireArn(state: State, arn: string | undefined): string {
  try {
    return requireTaggable(state, arn);
  } catch (cause) {
    throw new ApiError("EntityNotFound", `No resource of the account has the ARN "${arn}"`, {
      cause,
    });
  }
}

/** @throws EntityNotFound, when the resource has no policy */
function requirePolicy(state: State, arn: string | undefined): string {
  const policy = findResource(state, "resource-policy", requireArn(state, arn));
  if (policy !== undefined) return policy.config.PolicyDocument;
  throw new ApiError("EntityNotFound", `The resource ${arn} has no resource policy`);
}

/** @throws EntityNotFound; InvalidArgument, when the document is no JSON object */
export const putResourcePolicy: Operation<"PutResourcePolicy"> = async (input, { commit }) => {
  const { ResourceArn, PolicyDocument = "" } = input;
  requireJsonObject(PolicyDocument);
  await commit((current) => {
    const id = requireArn(current, ResourceArn);
    const isThere = findResource(current, "resource-policy", id) !== undefined;
    return {
      type: isThere ? "resource-updated" : "resource-created",
      kind: "resource-policy",
      id,
      config: { PolicyDocument },
    };
  });
  return { ResourceArn };
};

/** @throws EntityNotFound */
export const getResourcePolicy: Operation<"GetResourcePolicy"> = async (input, context) => {
  const { ResourceArn } = input;
  return { ResourceArn, PolicyDocument: requirePolicy(context.state(), ResourceArn) };
};

/** @throws EntityNotFound */
export const deleteResourcePolicy: Operation<"DeleteResourcePolicy"> = async (
  input,
  { commit },
) => {
  await commit((current) => {
    requirePolicy(current, input.ResourceArn);
    return { type: "resource-deleted", kind: "resource-policy", id: input.ResourceArn ?? "" };
  });
  return {};
};

/** @throws InvalidArgument */
function requireJsonObject(document: string): void {
  const rule = "The parameter PolicyDocument must be a JSON object";
  let value: unknown;
  try {
    value = parseStrictJson(document);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new InvalidArgument(`${rule}, and it ${error.message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidArgument(rule);
  }
}
