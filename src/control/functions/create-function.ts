/** CreateFunction: a new function, in the DEVELOPMENT stage. */
import { buildArn } from "../../model/arn.ts";
import { ApiError } from "../../model/errors.ts";
import { functionEtag } from "../../model/function.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { checkAssociation } from "../key-value-stores/check-association.ts";
import type { Operation } from "../operation.ts";
import { locationOf } from "../location.ts";
import { checkTags, tagsMember } from "../tags/check-tags.ts";
import { checkFunctionCode, checkFunctionConfig } from "./check-function.ts";
import { requireFunction } from "./find-function.ts";
import { functionSummary } from "./function-summary.ts";
import { findFindings, reportFindings } from "./report-findings.ts";

/**
 * Code that does not compile is accepted, as on CloudFront: TestFunction and traffic show it. It is
 * read before it is saved, in another process, because some code can't be read in any useful time.
 *
 * @throws FunctionAlreadyExists, TooManyFunctions, FunctionSizeLimitExceeded, InvalidArgument, InvalidTagging
 */
export const createFunction: Operation<"CreateFunction"> = async (input, context) => {
  const { commit, isDeployed, quotas, logger } = context;
  const name = input.Name ?? "";
  const config = checkFunctionConfig(input.FunctionConfig);
  const code = checkFunctionCode(input.FunctionCode, quotas);
  const tags = checkTags(input.Tags, quotas);

  const decide = (current: State): Fact => {
    if (current.functions.has(name)) {
      throw new ApiError(
        "FunctionAlreadyExists",
        `A function with the same name already exists in this Amazon Web Services account. It is "${name}"`,
      );
    }
    if (current.functions.size >= quotas.functionsPerAccount) {
      throw new ApiError(
        "TooManyFunctions",
        `The account has ${current.functions.size} functions, and the limit is ${quotas.functionsPerAccount}`,
      );
    }
    checkAssociation(config, name, current, quotas);
    return { type: "function-created", name, config, code, ...tagsMember(tags) };
  };
  decide(context.state());
  const findings = await findFindings(name, code, config, context);
  const state = await commit(decide);

  const fn = requireFunction(state, name);
  const output = {
    FunctionSummary: functionSummary(fn, fn.development, "DEVELOPMENT", state, isDeployed),
    ETag: functionEtag(fn.development),
    Location: locationOf("function", buildArn(state.account, "function", name)),
  };
  return Object.assign(output, reportFindings(name, findings, logger));
};
