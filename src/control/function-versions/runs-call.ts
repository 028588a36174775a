/** `GET /footlight/v1/functions/NAME/runs`: how each version of a function ran, at all edges on the change log, since they started. */
import type { State } from "../../state/state.ts";
import { requireFunction } from "../functions/find-function.ts";

export interface CountedVersion {
  readonly version: number;
  readonly invocations: number;
  /** Of execution and of validation. */
  readonly errors: number;
  /** The sum of what each run took, in percent of what it may take. */
  readonly utilization: number;
}

export interface CountedRuns {
  readonly versions: readonly CountedVersion[];
  /** The names of nodes that live and did not answer in time. */
  readonly unanswered: readonly string[];
}

export type ReadVersionRuns = (name: string) => Promise<CountedRuns>;

/** @throws NoSuchFunctionExists, when nothing has that name */
export async function listVersionRuns(
  name: string,
  state: State,
  read: ReadVersionRuns,
): Promise<object> {
  const fn = requireFunction(state, name);
  const { versions, unanswered } = await read(fn.name);
  return {
    id: fn.name,
    items: versions
      .toSorted((one, other) => other.version - one.version)
      .map(({ version, invocations, errors, utilization }) => ({
        ...{ version, invocations, errors },
        utilization_percent: invocations === 0 ? 0 : utilization / invocations,
      })),
    ...(unanswered.length > 0 && { unanswered }),
  };
}
