/**
 * What a store may take when its disk has less room than it was given: it stands in the index, for
 * all processes alike. It is narrowed when the disk is full, below what is there at that moment, and
 * grows again with what the disk has free.
 */
export interface DiskBound {
  /** What the store may take; as much as it was given once there was room again. */
  readonly bytes: number;
  /** When it last became less; milliseconds since the epoch. */
  readonly narrowedAt: number;
  /** When it may become more. */
  readonly growAt: number;
  /** How long it waits each time: twice as long after each time that it grew too far. */
  readonly waitMs: number;
}

/** What goes when the disk is full, and what is taken back at a time. */
const stepShare = 1 / 16;
/** Of what is free, what is taken back at a time. */
const freeShare = 1 / 4;
/** Less than this is no cache. */
const bytesMin = 1024 * 1024;
/** What fails within this time of a narrowing had begun before it, or before every process let go. */
export const settlingMs = 2_000;
const waitMin = 1_000;
const waitMax = 10 * 60_000;
/** A disk that was full so lately is not trusted as one that never was. */
const rememberedMs = 60 * 60_000;

/**
 * @param bound the last that was noted, if any
 * @param present bytes that are on disk, which is full with them
 */
export function narrowed(bound: DiskBound | undefined, present: number, now: number): DiskBound {
  if (bound !== undefined && isWithin(bound.narrowedAt, settlingMs, now)) return bound;
  const bytes = Math.min(bound?.bytes ?? Infinity, Math.floor(present * (1 - stepShare)));
  const isKnown = bound !== undefined && isWithin(bound.narrowedAt, rememberedMs, now);
  const waitMs = isKnown ? Math.min(waitMax, 2 * bound.waitMs) : waitMin;
  return { bytes: Math.max(bytesMin, bytes), narrowedAt: now, growAt: now + waitMs, waitMs };
}

/**
 * @param maxBytes what the store was given
 * @param present bytes that are on disk
 * @param free what the disk has free beside them, as far as it says
 */
export function widened(
  bound: DiskBound,
  { maxBytes, present, free, now }: Record<"maxBytes" | "present" | "free" | "now", number>,
): DiskBound {
  const step = Math.max(stepShare * bound.bytes, freeShare * free);
  const isThere = free >= 2 * stepShare * bound.bytes;
  const reachable = present + free * (1 - stepShare);
  const bytes = isThere ? Math.min(maxBytes, reachable, bound.bytes + step) : 0;
  return {
    ...bound,
    bytes: Math.max(bound.bytes, Math.floor(bytes)),
    growAt: now + bound.waitMs,
  };
}

/** Whether it is time to look whether it may grow. */
export function isGrowthDue(bound: DiskBound, maxBytes: number, now: number): boolean {
  if (bound.bytes >= maxBytes) return false;
  // Further off than it is ever put: the clock was set back.
  return now >= bound.growAt || bound.growAt - now > waitMax;
}

export function encodeBound({ bytes, narrowedAt, growAt, waitMs }: DiskBound): Buffer {
  return Buffer.from(Float64Array.of(bytes, narrowedAt, growAt, waitMs).buffer);
}

/** @returns undefined when none was noted */
export function decodeBound(noted: Buffer | undefined): DiskBound | undefined {
  if (noted === undefined) return undefined;
  const [bytes, narrowedAt, growAt, waitMs] = [0, 8, 16, 24].map((at) => noted.readDoubleLE(at));
  return { bytes, narrowedAt, growAt, waitMs } as DiskBound;
}

function isWithin(since: number, ms: number, now: number): boolean {
  return now >= since && now - since < ms;
}
