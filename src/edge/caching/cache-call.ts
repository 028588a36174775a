/** One request that a cache may have something to say to, and what serving it takes of the edge. */
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { hasName } from "../../base/header-lines.ts";
import type { CacheOutcome, NotStored } from "../../cache/outcome.ts";
import type { KeptApart } from "../record/kept-apart.ts";
import type { LookUpNotes } from "../record/look-up-notes.ts";
import type { CompiledInvalidations } from "../deployment/compiled-invalidations.ts";
import type {
  DeployedBehavior,
  DeployedDistribution,
  OriginTarget,
} from "../deployment/deployed-distribution.ts";
import type { Asking } from "../origin/ask-origin.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import type { Requester } from "../origin/requester.ts";
import type { Cache } from "./cache.ts";

export interface CacheCall {
  /** As the viewer-request function left it. */
  readonly asked: AskedRequest;
  readonly target: OriginTarget;
  readonly distribution: DeployedDistribution;
  readonly behavior: DeployedBehavior;
  readonly keptApart: KeptApart;
  /** Of the state that it is served by. */
  readonly revision: number;
  /** Those that count for the distribution or tenant; undefined where there are none. */
  readonly invalidations: CompiledInvalidations | undefined;
  readonly requester: Requester;
  /** The viewer's headers, where it asks for a part or on a condition; none otherwise. */
  readonly conditions: readonly string[];
  /** Is told what came of it. */
  readonly notes: CacheNotes;
}

export interface CacheNotes extends LookUpNotes {
  cache: CacheOutcome;
  cacheKey: string | undefined;
  notStored: NotStored | undefined;
}

/** @returns notes that nobody reads */
export function unreadNotes(): CacheNotes {
  return {
    ...{ cache: "bypassed", cacheKey: undefined, notStored: undefined },
    ...{ found: undefined, sharedWith: undefined, kept: undefined, errorPage: undefined },
  };
}

/** What caching takes of the edge. */
export interface CachingEdge extends Asking {
  /** Absent where nothing is kept. */
  readonly cache: Cache | undefined;
  readonly now: Clock;
  readonly logger: Logger;
  /** Is told what came of a fetch that no viewer waited for, and why it was not kept where it was not. */
  readonly onFetchedBehind?:
    | ((key: string, reason: NotStored | undefined, status: number) => void)
    | undefined;
}

/** What a request asks on a condition by, or for a part. */
export const conditionNames: ReadonlySet<string> = new Set([
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
]);

/** Whether a part is wanted, which what is kept may have without having the rest. */
export function wantsPart({ conditions, requester }: CacheCall): boolean {
  return conditions.length > 0 && requester.method === "GET" && hasName(conditions, "range");
}
