/** What a node's first process asks its workers about traces: they have them, in memory and in their common file. */
import type { FoundTraces } from "../traces/kept-trace.ts";
import type { TraceKeeper } from "./trace-keeper.ts";
import type { TraceQuery } from "./trace-thread.ts";

export interface TraceQuestion {
  readonly about: "traces";
  /** Absent where all that is wanted is that what waits is written down. */
  readonly query?: TraceQuery;
  /** Whether somebody asks again and again: what waits is written soon, and no answer waits for it. */
  readonly isFollowing?: true;
}

/** @param keeper undefined where no traces are kept */
export async function answerAboutTraces(
  { query, isFollowing }: TraceQuestion,
  keeper: TraceKeeper | undefined,
): Promise<FoundTraces | undefined> {
  if (keeper === undefined) return undefined;
  if (isFollowing === true) {
    keeper.noteFollowed();
    return query && keeper.find(query);
  }
  await keeper.flush();
  // The thread does one thing after the other, so what is asked behind what is written finds it.
  return keeper.find(query ?? { filter: { limit: 0 }, withText: false });
}
