/**
 * What serves viewers after a change, and which versions are kept then: the end of each change of a function's versions.
 */
import type { Revision } from "../log/change-log.ts";
import type { CloudFrontFunction, FunctionCopy } from "../model/function.ts";
import {
  findVersion,
  versionToGoBackTo,
  whyNoShares,
  type FunctionVersion,
  type LiveReason,
  type Published,
  type VersionShare,
} from "../model/function-versions.ts";
import type { Waves, WavesEnd } from "../model/function-waves.ts";
import type { Change } from "./change.ts";
import { doesNotFit } from "./require-fit.ts";

export type PublishChange = Change & { readonly type: "function-published" };
export type LiveChange = Change & { readonly type: "function-live-changed" };
export type WavesChange = Change & { readonly type: "function-waves-changed" };

export interface NowServed {
  readonly shares: readonly VersionShare[];
  readonly reason: LiveReason;
  /** Undefined where none is dropped. */
  readonly keep: number | undefined;
  /** Those that are on from now on. */
  readonly waves?: Waves;
  /** How those ended that were on, or the last ones. */
  readonly wavesEnd?: WavesEnd | undefined;
}

/** @throws when the change does not fit: its shares can't be served */
export function served(
  fn: CloudFrontFunction,
  versions: readonly FunctionVersion[],
  { shares, reason, keep, waves, wavesEnd }: NowServed,
  change: PublishChange | LiveChange | WavesChange,
  revision: Revision,
): CloudFrontFunction {
  const { at, cause, message } = change;
  const why = whyNoShares(shares, versions);
  if (why !== undefined) throw doesNotFit(change, why);
  const whole = waves === undefined && shares.length === 1 ? shares[0]!.version : undefined;
  const published: Published = {
    versions: versions.map((version) =>
      version.number === whole ? { ...version, hadAllAt: revision } : version,
    ),
    shares: shares
      .map((share) => ({ ...share, copy: findVersion({ versions }, share.version)!.copy }))
      .sort((a, b) => b.version - a.version),
    // What gets a share before anything had all traffic has nothing beside it that could be LIVE.
    settled: whole ?? fn.published?.settled ?? shares[0]!.version,
    revision,
    reason,
    at,
    by: cause.principal,
    ...(message !== undefined && { message }),
    ...(waves !== undefined && { waves }),
    ...(wavesEnd !== undefined && { wavesEnd }),
  };
  const live = liveCopy(fn, published, at);
  return { ...fn, live, published: keep === undefined ? published : dropOld(published, keep) };
}

/** LIVE changes when a version gets all traffic, and not before. */
function liveCopy(
  fn: CloudFrontFunction,
  { shares, settled, versions, waves }: Published,
  at: string,
): FunctionCopy {
  if ((shares.length > 1 || waves !== undefined) && fn.live !== undefined) return fn.live;
  const { copy } = findVersion({ versions }, settled)!;
  const createdTime = fn.live?.createdTime ?? at;
  const isAsPublished = copy.lastModifiedTime === at && copy.createdTime === createdTime;
  return isAsPublished ? copy : { ...copy, createdTime, lastModifiedTime: at };
}

/** Beside the newest stay those that serve, the one that had all traffic last, and the one that going back leads to. */
function dropOld(published: Published, keep: number): Published {
  const { versions, shares, settled, waves } = published;
  const needed = new Set([settled, versionToGoBackTo(published)?.number, waves?.version]);
  for (const { version } of shares) needed.add(version);
  const firstKept = versions.length - Math.max(1, keep);
  const kept = versions.filter(({ number }, index) => index >= firstKept || needed.has(number));
  return kept.length === versions.length ? published : { ...published, versions: kept };
}
