/**
 * What a publish, and a change of what is LIVE, make of a function: pure, as all of the fold is.
 *
 * How many versions are kept, and what each has of the traffic, stands in the changes, where it was
 * decided; so nodes that were started with other options hold the same state.
 */
import type { Revision } from "../log/change-log.ts";
import type { CloudFrontFunction, FunctionCopy } from "../model/function.ts";
import {
  findVersion,
  nextNumber,
  publishedOnce,
  versionToGoBackTo,
  whyNoShares,
  type FunctionVersion,
  type LiveReason,
  type Published,
  type VersionShare,
} from "../model/function-versions.ts";
import type { Change } from "./change.ts";
import { doesNotFit } from "./require-fit.ts";

type PublishChange = Change & { readonly type: "function-published" };
type LiveChange = Change & { readonly type: "function-live-changed" };

/** @throws when the change does not fit: it counts otherwise, or its shares can't be served */
export function publishFunction(
  fn: CloudFrontFunction,
  change: PublishChange,
  revision: Revision,
): CloudFrontFunction {
  const { number, keep, message, at, cause } = change;
  const { development, published } = fn;
  const createdTime = fn.live?.createdTime ?? at;
  if (number === undefined) {
    return publishedOnce(fn, { ...development, createdTime, lastModifiedTime: at });
  }
  const known = published?.versions ?? [];
  const newest = known.at(-1);
  const isAgain = newest?.number === number && newest.copy.version === development.version;
  if (!isAgain && number !== nextNumber(published)) {
    throw doesNotFit(change, `the next version is ${nextNumber(published)}, and it says ${number}`);
  }
  const made: FunctionVersion = {
    number,
    copy: { ...development, code: sharedCode(fn), createdTime, lastModifiedTime: at },
    publishedBy: cause.principal,
    ...(message !== undefined && { message }),
  };
  const versions = isAgain ? known : [...known, made];
  const shares = change.shares ?? [{ version: number, share: 1 }];
  return served(fn, versions, { shares, reason: "published", keep }, change, revision);
}

/** @throws when the change does not fit: its shares can't be served, or it is of no version that there is */
export function changeLive(
  fn: CloudFrontFunction,
  change: LiveChange,
  revision: Revision,
): CloudFrontFunction {
  const { shares, reason, bad = [], good = [], message, at, cause } = change;
  const { published } = fn;
  if (published === undefined) throw doesNotFit(change, `"${fn.name}" was never published`);
  const stranger = [...bad, ...good].find((number) => !findVersion(published, number));
  if (stranger !== undefined) throw doesNotFit(change, `there is no version ${stranger}`);
  const mark = { at, by: cause.principal, ...(message !== undefined && { message }) };
  const versions = published.versions.map((version): FunctionVersion => {
    if (bad.includes(version.number)) return { ...version, bad: mark };
    if (!good.includes(version.number)) return version;
    const { bad: _, ...rest } = version;
    return rest;
  });
  return served(fn, versions, { shares, reason, keep: undefined }, change, revision);
}

interface NowServed {
  readonly shares: readonly VersionShare[];
  readonly reason: LiveReason;
  /** Undefined where none is dropped. */
  readonly keep: number | undefined;
}

function served(
  fn: CloudFrontFunction,
  versions: readonly FunctionVersion[],
  { shares, reason, keep }: NowServed,
  change: PublishChange | LiveChange,
  revision: Revision,
): CloudFrontFunction {
  const { at, cause, message } = change;
  const why = whyNoShares(shares, versions);
  if (why !== undefined) throw doesNotFit(change, why);
  const whole = shares.length === 1 ? shares[0]!.version : undefined;
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
  };
  const live = liveCopy(fn, published, at);
  return { ...fn, live, published: keep === undefined ? published : dropOld(published, keep) };
}

/** LIVE changes when a version gets all traffic, and not before. */
function liveCopy(
  fn: CloudFrontFunction,
  { shares, settled, versions }: Published,
  at: string,
): FunctionCopy {
  if (shares.length > 1 && fn.live !== undefined) return fn.live;
  const { copy } = findVersion({ versions }, settled)!;
  const createdTime = fn.live?.createdTime ?? at;
  const isAsPublished = copy.lastModifiedTime === at && copy.createdTime === createdTime;
  return isAsPublished ? copy : { ...copy, createdTime, lastModifiedTime: at };
}

/** Beside the newest stay those that serve, the one that had all traffic last, and the one that going back leads to. */
function dropOld(published: Published, keep: number): Published {
  const { versions, shares, settled } = published;
  const needed = new Set([settled, versionToGoBackTo(published)?.number]);
  for (const { version } of shares) needed.add(version);
  const firstKept = versions.length - Math.max(1, keep);
  const kept = versions.filter(({ number }, index) => index >= firstKept || needed.has(number));
  return kept.length === versions.length ? published : { ...published, versions: kept };
}

/** What DEVELOPMENT holds, as the text that a version has already where one has the same. */
function sharedCode({ development: { code }, published }: CloudFrontFunction): string {
  return published?.versions.find(({ copy }) => copy.code === code)?.copy.code ?? code;
}
