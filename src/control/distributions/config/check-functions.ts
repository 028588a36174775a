/**
 * CloudFront functions on behaviors: published, of this account, one an event type.
 *
 * Source: CloudFront Developer Guide, "Restrictions on all edge functions".
 */
import { functionNameOfArn } from "../../../model/arn.ts";
import { behaviorsOf, functionsUsedBy } from "../../../model/distribution.ts";
import { ApiError } from "../../../model/errors.ts";
import type { State } from "../../../state/state.ts";
import { distributionsUsing } from "../../../state/associations.ts";
import type { Behavior } from "./complete-behavior.ts";
import type { Draft } from "./draft.ts";

const perBehavior = 2;

export function checkFunctions({ config, state, old, quotas }: Draft): void {
  for (const behavior of behaviorsOf(config)) {
    checkEventTypes(behavior);
    for (const { FunctionARN = "" } of behavior.FunctionAssociations?.Items ?? []) {
      checkIsLive(FunctionARN, state);
    }
  }
  for (const name of functionsUsedBy(config, state.account)) {
    const others = distributionsUsing(state, name).filter(({ id }) => id !== old?.id).length;
    if (others >= quotas.distributionsPerFunction) {
      throw new ApiError(
        "TooManyDistributionsWithSingleFunctionARN",
        `The function ${name} is used by ${others} distributions, and the limit is ${quotas.distributionsPerFunction}`,
      );
    }
  }
}

function checkEventTypes(behavior: Behavior): void {
  const types = (behavior.FunctionAssociations?.Items ?? []).map(({ EventType }) => EventType);
  if (types.length > perBehavior) {
    throw new ApiError(
      "TooManyFunctionAssociations",
      `A cache behavior can have ${perBehavior} function associations, one an event type, got ${types.length}`,
    );
  }
  const origin = types.find((type) => type !== "viewer-request" && type !== "viewer-response");
  if (origin !== undefined) {
    throw invalid(`A CloudFront function runs on viewer-request or viewer-response, got ${origin}`);
  }
  if (new Set(types).size < types.length) {
    throw invalid(
      `Event type ${types[0]} has more than one function association in one cache behavior`,
    );
  }
  if (types.length > 0 && behavior.SmoothStreaming) {
    throw invalid("A cache behavior with SmoothStreaming cannot have function associations");
  }
}

function checkIsLive(arn: string, state: State): void {
  const name = functionNameOfArn(arn, state.account);
  const fn = name === undefined ? undefined : state.functions.get(name);
  if (fn === undefined) {
    throw invalid(
      `The function ARN ${arn} does not name a function of the account ${state.account}`,
    );
  }
  if (fn.live === undefined) {
    throw invalid(
      `The function ${fn.name} is not in the LIVE stage. Publish it before associating it with a cache behavior`,
    );
  }
}

function invalid(message: string): ApiError {
  return new ApiError("InvalidFunctionAssociation", message);
}
