/**
 * Whether a history of If-Match can be explained by one register: is there an order of its calls, each
 * at a moment between its being asked and answered, in which each got the answer that it got? What nobody
 * knows the outcome of may have happened at any moment after it was asked, or never.
 *
 * The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993), with what was tried
 * already kept, as Lowe has it ("Testing for Linearizability", 2017).
 */
import type { Call, History, Seen } from "./history.ts";

/** @returns what is wrong, in words; undefined where an order explains it */
export function findImpossible({ name, initial, calls }: History): string | undefined {
  const sorted = calls.toSorted((a, b) => a.from - b.from);
  const tried = new Set<string>();
  const stack: Tried[] = [{ done: new Set(), draft: initial }];
  let longest: Tried = { done: new Set(), draft: initial };
  for (let tip = stack.pop(); tip !== undefined; tip = stack.pop()) {
    const { done, draft } = tip;
    const left = sorted.filter((call, index) => !done.has(index) && call.outcome !== "unknown");
    if (left.length === 0) return undefined;
    if (done.size > longest.done.size) longest = tip;
    // Nothing may stand before what was over when it was asked.
    const firstEnd = Math.min(...left.map(({ to }) => to));
    for (const [index, call] of sorted.entries()) {
      if (done.has(index) || call.from > firstEnd) continue;
      const next = draftAfter(call, draft);
      if (next === undefined) continue;
      const then = { done: new Set(done).add(index), draft: next };
      const key = `${next} ${[...then.done].toSorted((a, b) => a - b).join()}`;
      if (tried.has(key)) continue;
      tried.add(key);
      stack.push(then);
    }
  }
  const stuck = sorted
    .filter(({ outcome }, index) => !longest.done.has(index) && outcome !== "unknown")
    .slice(0, 4);
  return `${name}: no order of its ${calls.length} calls explains their answers; with the draft "${longest.draft}" none of these can be next: ${stuck.map(inWords).join("; ")}`;
}

interface Tried {
  readonly done: ReadonlySet<number>;
  readonly draft: string;
}

/** @returns undefined, when the call cannot have got its answer with this draft */
function draftAfter({ kind, outcome, expected, text }: Call, draft: string): string | undefined {
  if (kind === "read") return text === draft ? draft : undefined;
  const isSame = draft === expected;
  if (outcome === "refused") return isSame ? undefined : draft;
  if (!isSame) return undefined;
  return kind === "update" ? text : draft;
}

function inWords({ kind, expected, text, outcome, from, to }: Call): string {
  const what = [kind, expected && `if "${expected}"`, text && `"${text}"`]
    .filter(Boolean)
    .join(" ");
  return `${what} was ${outcome}, from ${Math.round(from)} to ${Math.round(to)} ms`;
}

/**
 * How many writes lie below each text: a write stands on the one that its If-Match named, so this is an
 * order of those that were made, whichever they were.
 */
export function depthsOf({ initial, calls }: History): ReadonlyMap<string, number> {
  const depths = new Map([[initial, 0]]);
  const updates = calls.filter(({ kind, outcome }) => kind === "update" && outcome !== "refused");
  for (let found = -1; found !== depths.size;) {
    found = depths.size;
    for (const { expected = "", text = "" } of updates) {
      const below = depths.get(expected);
      if (below !== undefined) depths.set(text, below + 1);
    }
  }
  return depths;
}

/** A node that is killed may lack what came last in its own copy, and shows that until it has caught up. */
const unwrittenMs = 1500;

/**
 * @param seen by viewers, in the order of their answers
 * @param hasDisk whether the edge could write its own copy during that life of it
 * @returns what viewers should not have got, a sentence each
 */
export function findWrongAnswers(
  history: History,
  seen: readonly Seen[],
  hasDisk: (edge: string, life: number) => boolean,
): string[] {
  const { name, initial, calls } = history;
  const depths = depthsOf(history);
  const wrong: string[] = [];
  const byEdge = Map.groupBy(seen, ({ edge }) => edge);
  for (const one of seen) {
    const published = calls.some(
      ({ kind, outcome, expected, from }) =>
        kind === "publish" && outcome !== "refused" && expected === one.text && from <= one.to,
    );
    if (published || one.text === initial) continue;
    wrong.push(`${name} at ${one.edge} was "${one.text}", which nobody had published by then`);
  }
  for (const [edge, all] of byEdge) {
    for (const [index, later] of all.entries()) {
      const depth = depths.get(later.text) ?? Infinity;
      const newer = all
        .slice(0, index)
        .filter(({ life, to }) => to <= later.from && (life === later.life || hasDisk(edge, life)))
        .filter(({ life, to }) => life === later.life || to < lastOf(all, life) - unwrittenMs)
        .find(({ text }) => (depths.get(text) ?? -1) > depth);
      if (newer === undefined) continue;
      wrong.push(`${name} at ${edge} went back from "${newer.text}" to "${later.text}"`);
    }
  }
  return wrong;
}

/** When an edge was last heard of in one of its lives. */
function lastOf(all: readonly Seen[], life: number): number {
  return Math.max(...all.filter((one) => one.life === life).map(({ until }) => until));
}

/** As who reads drafts sees it, or viewers of what needs no publishing: what is updated is seen. */
export function seenAtOnce(history: History): History {
  const updates = history.calls.filter(({ kind }) => kind === "update");
  const published = updates.map(({ text, outcome, from, to }): Call => ({
    ...{ kind: "publish", outcome, from, to },
    ...(text !== undefined && { expected: text }),
  }));
  return { ...history, calls: [...updates, ...published] };
}
