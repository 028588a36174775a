/**
 * What a publish may ask for: that exactly what it publishes was rehearsed lately, on enough runs, against what viewers get now, and that
 * nothing differed which nobody has accepted.
 *
 * It keeps careful people from being careless. Who may tell of rehearsals is believed.
 */
import { etagOf } from "../../model/etag.ts";
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { CloudFrontFunction } from "../../model/function.ts";

/** Members of the body of a publish. */
export const rehearsalMembers = ["rehearsed_within_seconds", "min_runs"] as const;

export type GivenRehearsal = Readonly<Partial<Record<(typeof rehearsalMembers)[number], unknown>>>;

export interface WantedRehearsal {
  readonly withinSeconds: number;
  readonly minRuns: number;
}

const defaultMinRuns = 1000;
const minRunsMax = 1_000_000_000;
const secondsMax = 30 * 86_400;

/**
 * @returns undefined where none is asked for
 * @throws InvalidArgument, when a member makes no sense
 */
export function readWantedRehearsal(given: GivenRehearsal): WantedRehearsal | undefined {
  const { rehearsed_within_seconds: withinSeconds, min_runs: minRuns = defaultMinRuns } = given;
  if (withinSeconds === undefined) {
    if (given.min_runs === undefined) return undefined;
    throw new InvalidArgument("min_runs is of rehearsed_within_seconds: give that too");
  }
  if (!isWhole(withinSeconds, 1, secondsMax)) {
    throw wrong("rehearsed_within_seconds", 1, secondsMax, withinSeconds);
  }
  if (!isWhole(minRuns, 1, minRunsMax)) throw wrong("min_runs", 1, minRunsMax, minRuns);
  return { withinSeconds, minRuns };
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

function wrong(name: string, min: number, max: number, given: unknown): InvalidArgument {
  const got = JSON.stringify(given);
  return new InvalidArgument(`${name} must be a whole number from ${min} to ${max}, got ${got}`);
}

/** @throws ApiError PreconditionFailed, which says what is missing, and what to do */
export function requireRehearsal(fn: CloudFrontFunction, wanted: WantedRehearsal, now: Date): void {
  const why = whyNotRehearsed(fn, wanted, now);
  if (why === undefined) return;
  throw new ApiError("PreconditionFailed", `Function "${fn.name}" is not published: ${why}`);
}

function whyNotRehearsed(
  { name, development, published, rehearsed }: CloudFrontFunction,
  { withinSeconds, minRuns }: WantedRehearsal,
  now: Date,
): string | undefined {
  const again = `run \`footlight rehearse ${name}\``;
  if (published === undefined) {
    return "it never was, so there is no LIVE to rehearse against; publish it without asking for a rehearsal";
  }
  const etag = etagOf(development.version);
  if (rehearsed === undefined)
    return `${etag}, which DEVELOPMENT holds, was never rehearsed: ${again}`;
  const { version, live, at, compared, unexpected, notComparable } = rehearsed;
  if (version !== development.version) {
    return `${etag}, which DEVELOPMENT holds, was not rehearsed, ${etagOf(version)} was: ${again} again`;
  }
  if (live !== published.settled) {
    return `it was rehearsed against version ${live}, and version ${published.settled} is LIVE now: ${again} again`;
  }
  const agoSeconds = Math.round((now.getTime() - Date.parse(at)) / 1000);
  if (agoSeconds > withinSeconds) {
    return `it was rehearsed ${agoSeconds} seconds ago, at ${at}, and ${withinSeconds} are asked for: ${again} again`;
  }
  if (unexpected > 0) {
    return `its rehearsal at ${at} found ${differences(unexpected)}: look at them with \`footlight rehearse ${name}\`, and accept what is meant with --accept`;
  }
  if (compared < minRuns) {
    const others = notComparable === 0 ? "" : `, and could not compare ${notComparable}`;
    return `its rehearsal at ${at} compared ${compared} runs${others}; ${minRuns} are asked for: wait for more traffic, or ask for fewer with --min-runs`;
  }
  return undefined;
}

function differences(count: number): string {
  return count === 1
    ? "1 difference that nobody expects"
    : `${count} differences that nobody expects`;
}
