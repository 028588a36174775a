/** How a function's versions ran at all edges, as the node that is asked has learnt it from them. */
import { isOfConnections } from "./function-versions.ts";
import type { ApiAddress } from "./ask-api.ts";
import { CallRefused, getFromApi } from "./call-api.ts";

export interface VersionRuns {
  readonly invocations: number;
  /** Runs that ended in an error of execution or validation. */
  readonly errors: number;
  /** The average of what runs took of what they may take, 0 to 100. */
  readonly utilization_percent: number;
}

interface ToldRuns {
  readonly items: readonly (VersionRuns & { readonly version: number })[];
  /** Names of nodes. */
  readonly unanswered?: readonly string[];
}

export interface CountedRuns {
  /** By version, of those that ran since edges started. */
  readonly runs: ReadonlyMap<number, VersionRuns>;
  /** The names of nodes that did not say. */
  readonly unanswered: readonly string[];
}

const nothing: CountedRuns = { runs: new Map(), unanswered: [] };

/** @returns nothing where it is not told, or not to this caller */
export async function readVersionRuns(
  address: ApiAddress,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CountedRuns> {
  if (isOfConnections(name)) return nothing;
  try {
    const path = `/footlight/v1/functions/${encodeURIComponent(name)}/runs`;
    const { items, unanswered = [] } = (await getFromApi(
      address,
      path,
      {},
      environment,
    )) as ToldRuns;
    return { runs: new Map(items.map(({ version, ...runs }) => [version, runs])), unanswered };
  } catch (error) {
    if (error instanceof CallRefused) return nothing;
    throw error;
  }
}
