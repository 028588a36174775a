/** DeleteFunction: removes both stages of a function that no distribution uses. */
import { ApiError } from "../../model/errors.ts";
import type { Operation } from "../operation.ts";
import { requireDevelopmentEtag, requireFunction, requireIfMatch } from "./find-function.ts";
import { distributionsUsing } from "../../state/associations.ts";

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not the DEVELOPMENT ETag
 * @throws FunctionInUse, while a cache behavior is associated with it, or it is published in waves
 */
export const deleteFunction: Operation<"DeleteFunction"> = async (input, { commit }) => {
  const ifMatch = requireIfMatch(input.Name, input.IfMatch);
  await commit((current) => {
    const fn = requireFunction(current, input.Name);
    requireDevelopmentEtag(fn, ifMatch);
    const users = distributionsUsing(current, fn.name);
    if (users.length > 0) {
      throw new ApiError(
        "FunctionInUse",
        `Cannot delete function ${fn.name}, it is in use by ${users.length} distributions`,
      );
    }
    if (fn.published?.waves !== undefined) {
      throw new ApiError(
        "FunctionInUse",
        `Cannot delete function ${fn.name}, version ${fn.published.waves.version} is being published in waves: finish or abort them first`,
      );
    }
    return { type: "function-deleted", name: fn.name };
  });
  return {};
};
