/** What the rules of a configuration look at. Each rule is a function of a draft, and throws. */
import type { Distribution } from "../../../model/distribution.ts";
import type { DistributionConfig } from "../../../schema/shapes.ts";
import type { State } from "../../../state/state.ts";
import type { Quotas } from "../../quotas.ts";

export interface Draft {
  /** As completeConfig() leaves it. */
  readonly config: DistributionConfig;
  /** The account that it is to live in. */
  readonly state: State;
  /** The distribution that it replaces the configuration of; undefined while one is created. */
  readonly old: Distribution | undefined;
  /** What distribution domain names end in. */
  readonly domainSuffix: string;
  readonly quotas: Quotas;
}

/** @throws ApiError with the code of the rule that is broken */
export type Rule = (draft: Draft) => void;
