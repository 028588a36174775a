/** PublishFunction: copies a function from its DEVELOPMENT stage to LIVE. */
import { functionEtag } from "../../model/function.ts";
import type { Operation } from "../operation.ts";
import {
  requireCopy,
  requireDevelopmentEtag,
  requireFunction,
  requireIfMatch,
} from "./find-function.ts";
import { functionSummary } from "./function-summary.ts";
import { publishFact } from "./publish-fact.ts";

/**
 * When it answers, every edge worker of this node runs the new copy. Publishing what is already
 * LIVE is no error. DEVELOPMENT keeps its ETag, and LIVE then has the same one.
 *
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not the DEVELOPMENT ETag
 */
export const publishFunction: Operation<"PublishFunction"> = async (
  input,
  { commit, isDeployed, keptCopies },
) => {
  const ifMatch = requireIfMatch(input.Name, input.IfMatch);
  const state = await commit((current) => {
    const fn = requireFunction(current, input.Name);
    requireDevelopmentEtag(fn, ifMatch);
    return publishFact(fn, keptCopies);
  });

  const { fn, copy } = requireCopy(state, input.Name, "LIVE");
  const output = { FunctionSummary: functionSummary(fn, copy, "LIVE", state, isDeployed) };
  // The model declares no ETag here; it is the one LIVE has now, and saves the caller a Describe.
  return Object.assign(output, { ETag: functionEtag(copy) });
};
