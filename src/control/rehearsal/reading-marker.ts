/**
 * Where a reading of recorded runs goes on: sealed, since the beginning of each reading is in the audit. Nobody goes on
 * from what they made up, from another's reading, or for longer than an hour.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How far recorded runs are read: the workers come one after the other. */
export interface RecordedPosition {
  readonly worker: number;
  /** The number of the worker's last line that is known. */
  readonly after: number;
}

/** What the audit has of it. */
export interface Reading {
  /** Of the function. */
  readonly name: string;
  readonly principal: string;
  /** When it was begun, in milliseconds since the epoch. */
  readonly begunAt: number;
}

const longestMs = 3_600_000;
/** Of this process: what it has sealed ends with it, as what workers have recorded does. */
const key = randomBytes(32);

export function sealMarker({ worker, after }: RecordedPosition, reading: Reading): string {
  const text = `${worker}.${after}.${reading.begunAt}`;
  return `${text}.${sealOf(text, reading)}`;
}

/** @returns undefined, when it is none, another's, or too old */
export function openMarker(
  marker: string,
  { name, principal }: Omit<Reading, "begunAt">,
  now: number,
): { readonly position: RecordedPosition; readonly begunAt: number } | undefined {
  const [, text, worker, after, begun, seal] =
    /^((\d{1,4})\.(\d{1,15})\.(\d{1,15}))\.([0-9a-f]{64})$/.exec(marker) ?? [];
  if (text === undefined || seal === undefined) return undefined;
  const begunAt = Number(begun);
  const own = sealOf(text, { name, principal, begunAt });
  const isOurs = timingSafeEqual(Buffer.from(own, "hex"), Buffer.from(seal, "hex"));
  if (!isOurs || Math.abs(now - begunAt) > longestMs) return undefined;
  return { position: { worker: Number(worker), after: Number(after) }, begunAt };
}

function sealOf(text: string, { name, principal }: Reading): string {
  return createHmac("sha256", key)
    .update(JSON.stringify([text, name, principal]))
    .digest("hex");
}
