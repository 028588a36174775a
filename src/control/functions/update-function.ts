/** UpdateFunction: replaces the DEVELOPMENT copy whole. LIVE goes on serving what it serves. */
import { functionEtag } from "../../model/function.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { checkAssociation } from "../key-value-stores/check-association.ts";
import type { Operation } from "../operation.ts";
import { checkFunctionCode, checkFunctionConfig } from "./check-function.ts";
import { requireDevelopmentEtag, requireFunction, requireIfMatch } from "./find-function.ts";
import { functionSummary } from "./function-summary.ts";
import { findFindings, reportFindings } from "./report-findings.ts";

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not the DEVELOPMENT ETag
 * @throws FunctionSizeLimitExceeded, InvalidArgument
 */
export const updateFunction: Operation<"UpdateFunction"> = async (input, context) => {
  const { commit, isDeployed, quotas, logger } = context;
  const ifMatch = requireIfMatch(input.Name, input.IfMatch);
  const decide = (current: State): Fact & { readonly type: "function-updated" } => {
    const fn = requireFunction(current, input.Name);
    requireDevelopmentEtag(fn, ifMatch);
    const config = checkFunctionConfig(input.FunctionConfig);
    const code = checkFunctionCode(input.FunctionCode, quotas);
    checkAssociation(config, fn.name, current, quotas);
    const version = fn.development.version + 1;
    return { type: "function-updated", name: fn.name, version, config, code };
  };
  const { name, code, config: newConfig } = decide(context.state());
  const findings = await findFindings(name, code, newConfig, context);
  const state = await commit(decide);

  const fn = requireFunction(state, input.Name);
  const output = {
    FunctionSummary: functionSummary(fn, fn.development, "DEVELOPMENT", state, isDeployed),
    ETag: functionEtag(fn.development),
  };
  return Object.assign(output, reportFindings(fn.name, findings, logger));
};
