/**
 * The call `/footlight/v1/functions/NAME/recorded-runs`: runs of a function that the edge workers of this node
 * have recorded, without secrets. They are viewers' requests, so whoever reads them is in the audit.
 *
 * And `/footlight/v1/functions/NAME/recorded-runs/keys`: what opens their sealed values. Those are viewers' secrets, so it takes an action of its
 * own, and whoever is given them is in the audit, too.
 */
import { InvalidArgument } from "../../model/errors.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { parseQuery } from "../../wire/query.ts";
import { requireFunction } from "../functions/find-function.ts";
import { openMarker, sealMarker, type RecordedPosition } from "./reading-marker.ts";

/** A page of what is recorded, each run in JSON. */
export type RecordedRuns = (
  name: string,
  position: RecordedPosition,
) => Promise<{ readonly lines: readonly string[]; readonly next: RecordedPosition | undefined }>;

export interface AskedRuns {
  readonly name: string;
  readonly query: string;
  readonly principal: string;
}

export interface RunsParts {
  readonly state: State;
  readonly recordedRuns: RecordedRuns | undefined;
  readonly now: () => Date;
}

/**
 * @param commit called for the first page
 * @returns the answer's data, in JSON
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidArgument, when nothing is recorded here, or the query says what it can't
 */
export async function readRecordedRuns(
  { name, query, principal }: AskedRuns,
  { state, recordedRuns, now }: RunsParts,
  commit: (fact: Fact) => Promise<unknown>,
): Promise<string> {
  requireFunction(state, name);
  if (recordedRuns === undefined) {
    throw new InvalidArgument(
      "This node records no runs: start it with `footlight start --record sample`",
    );
  }
  const reader = { name, principal };
  const goesOn = readMarker(query, reader, now().getTime());
  if (goesOn === undefined) await commit({ type: "recorded-runs-read", name });
  const { position, begunAt } = goesOn ?? {
    position: { worker: 0, after: 0 },
    begunAt: now().getTime(),
  };
  const { lines, next } = await recordedRuns(name, position);
  const marker = next && sealMarker(next, { ...reader, begunAt });
  const more = marker === undefined ? "" : `,"next_marker":${JSON.stringify(marker)}`;
  return `{"id":${JSON.stringify(name)},"items":[${lines.join(",")}]${more}}`;
}

function readMarker(
  query: string,
  reader: { readonly name: string; readonly principal: string },
  now: number,
): ReturnType<typeof openMarker> {
  const given = parseQuery(query);
  const unknown = given.keys().find((name) => name !== "after");
  if (unknown !== undefined) {
    throw new InvalidArgument(`There is no parameter "${unknown}": it takes after`);
  }
  const marker = given.get("after");
  if (marker === undefined) return undefined;
  const opened = openMarker(marker, reader, now);
  if (opened !== undefined) return opened;
  throw new InvalidArgument(
    `after must be the next_marker of the page before, which this node gave you in the last hour, got "${marker}"`,
  );
}

export interface SealingKey {
  /** Since the epoch: the key is of what was recorded in that hour. */
  readonly hour: number;
  /** In base64. */
  readonly key: string;
}

/** @returns a function's keys of the hours that may be opened */
export type ReadSealingKeys = (name: string) => readonly SealingKey[];

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidArgument, when nothing is sealed here
 */
export async function openRecordedRuns(
  name: string,
  {
    state,
    sealingKeys,
  }: { readonly state: State; readonly sealingKeys: ReadSealingKeys | undefined },
  commit: (fact: Fact) => Promise<unknown>,
): Promise<object> {
  requireFunction(state, name);
  if (sealingKeys === undefined) {
    throw new InvalidArgument(
      "This node seals no fields of recorded runs: start it with `footlight start --record-sealed FIELDS`",
    );
  }
  await commit({ type: "recorded-runs-read", name, opened: true });
  return { id: name, keys: sealingKeys(name) };
}
