/** DeleteFunction: removes both stages of a function that no distribution uses. */
import { ApiError } from "../../model/errors.ts";
import type { Operation } from "../operation.ts";
import { requireDevelopmentEtag, requireFunction, requireIfMatch } from "./find-function.ts";
import { distributionsUsing } from "../../state/associations.ts";

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not the DEVELOPMENT ETag
 * @throws FunctionInUse, while a cache behavior is associated with it
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
    return { type: "function-deleted", name: fn.name };
  });
  return {};
};
