/**
 * The published copies of a function, counted from 1, and which of them serve viewers: usually the
 * newest alone, sometimes an earlier one, and several while traffic is shared.
 */
import type { CloudFrontFunction, FunctionCopy } from "./function.ts";
import type { Waves, WavesEnd } from "./function-waves.ts";

export interface FunctionVersion {
  /** Counts the function's publishes from 1. A function that was deleted and made again begins anew. */
  readonly number: number;
  /** What edges run. It was published at its `lastModifiedTime`. */
  readonly copy: FunctionCopy;
  /** The access key that published it, or "anonymous"; unknown of what was published before versions were kept. */
  readonly publishedBy?: string;
  /** What its publisher had to say. */
  readonly message?: string;
  /** The revision of the change that gave it all traffic last; absent where it never had all. */
  readonly hadAllAt?: number;
  /** Why nobody goes back to it unless they name it; absent where it is as good as any. */
  readonly bad?: BadMark;
}

/** Traffic was taken from a version because it was no good. */
export interface BadMark {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly message?: string;
}

/** A part of a function's traffic. */
export interface VersionShare {
  readonly version: number;
  /** Above 0; 1 is all. */
  readonly share: number;
}

/** A share with what serves it. */
export interface ServedShare extends VersionShare {
  readonly copy: FunctionCopy;
}

/** `shared`: traffic was divided anew among versions that there were; `waves`: by the waves of a publish. */
export type LiveReason = "published" | "rolled-back" | "shared" | "waves";

/** All that is known of a function since it was published for the first time. */
export interface Published {
  /** Those that are kept, oldest first. The newest always is. */
  readonly versions: readonly FunctionVersion[];
  /** Newest version first; they add up to 1. Nearly always it is one. Edges that waves name have others: see sharesIn(). */
  readonly shares: readonly ServedShare[];
  /** The version that had all traffic last, and has it now where there is one share: AWS's LIVE. */
  readonly settled: number;
  /** The revision of the change that the shares come from; 0 where that was before versions were kept. */
  readonly revision: number;
  readonly reason: LiveReason;
  /** Of that change: ISO 8601, UTC. */
  readonly at: string;
  readonly by?: string;
  readonly message?: string;
  /** Those that are on. */
  readonly waves?: Waves;
  /** The last ones, once they are over. */
  readonly wavesEnd?: WavesEnd;
}

/** How far shares may add up to something else than 1: what is left over by adding binary fractions. */
const roundingMax = 1e-9;

/** @returns what is wrong with shares of a function's versions; undefined when they can be served */
export function whyNoShares(
  shares: readonly VersionShare[],
  versions: readonly Pick<FunctionVersion, "number">[],
): string | undefined {
  const sum = shares.reduce((total, { share }) => total + share, 0);
  if (!(Math.abs(sum - 1) <= roundingMax)) return `the shares add up to ${sum}, not to 1`;
  const seen = new Set<number>();
  for (const { version, share } of shares) {
    if (!(share > 0)) return `the share of version ${version} is ${share}, and must be above 0`;
    if (seen.has(version)) return `version ${version} has two shares`;
    seen.add(version);
    if (!versions.some(({ number }) => number === version)) return `there is no version ${version}`;
  }
  return undefined;
}

export function findVersion(
  published: Pick<Published, "versions"> | undefined,
  number: number,
): FunctionVersion | undefined {
  return published?.versions.find((version) => version.number === number);
}

/** What runs for viewers somewhere now: waves may give a version to some edges alone, or to who names it. */
export function servingCopies(published: Published): FunctionCopy[] {
  const copies = published.shares.map(({ copy }) => copy);
  const inWaves = published.waves && findVersion(published, published.waves.version);
  return inWaves === undefined || copies.includes(inWaves.copy)
    ? copies
    : [...copies, inWaves.copy];
}

/** The number that the next new version gets. */
export function nextNumber(published: Published | undefined): number {
  return (published?.versions.at(-1)?.number ?? 0) + 1;
}

/** Whether one version serves all viewers, and is this one. */
export function hasAll({ shares, waves }: Published, number: number): boolean {
  return waves === undefined && shares.length === 1 && shares[0]?.version === number;
}

/**
 * Where going back leads: while traffic is shared, to the version that had all of it before; otherwise
 * to the one that had all of it last, before the one that has it now.
 *
 * What is marked bad is passed over.
 */
export function versionToGoBackTo(published: Published): FunctionVersion | undefined {
  const { versions, shares, settled, waves } = published;
  if (shares.length > 1 || waves !== undefined) return findVersion(published, settled);
  const healthy = versions.filter(
    ({ number, hadAllAt, bad }) =>
      hadAllAt !== undefined && bad === undefined && number !== settled,
  );
  return healthy.reduce<FunctionVersion | undefined>(
    (last, version) => (last === undefined || version.hadAllAt! >= last.hadAllAt! ? version : last),
    undefined,
  );
}

/**
 * A function as it is after its first publish, where nothing is known of that but the copy: how logs and
 * snapshots tell it that are older than versions.
 */
export function publishedOnce(
  fn: Pick<CloudFrontFunction, "name" | "development">,
  live: FunctionCopy,
): CloudFrontFunction {
  const published: Published = {
    versions: [{ number: 1, copy: live, hadAllAt: 0 }],
    shares: [{ version: 1, share: 1, copy: live }],
    settled: 1,
    revision: 0,
    reason: "published",
    at: live.lastModifiedTime,
  };
  return { ...fn, live, published };
}
