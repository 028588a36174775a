/**
 * What a publish, and a change of what is LIVE, make of a function: pure, as all of the fold is.
 *
 * How many versions are kept, and what each has of the traffic, stands in the changes, where it was
 * decided; so nodes that were started with other options hold the same state.
 */
import type { Revision } from "../log/change-log.ts";
import type { CloudFrontFunction } from "../model/function.ts";
import {
  findVersion,
  nextNumber,
  publishedOnce,
  type FunctionVersion,
} from "../model/function-versions.ts";
import { firstWave, inWaves, replaced } from "./function-waves.ts";
import { served, type LiveChange, type PublishChange } from "./served-versions.ts";
import { doesNotFit } from "./require-fit.ts";

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
  if (change.waves !== undefined) {
    const waves = firstWave(fn, number, change, revision);
    return served(fn, versions, { ...inWaves(fn, waves), keep }, change, revision);
  }
  const shares = change.shares ?? [{ version: number, share: 1 }];
  const ended = { wavesEnd: replaced(fn, change) };
  return served(fn, versions, { shares, reason: "published", keep, ...ended }, change, revision);
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
  const ended = { wavesEnd: replaced(fn, change) };
  return served(fn, versions, { shares, reason, keep: undefined, ...ended }, change, revision);
}

/** What DEVELOPMENT holds, as the text that a version has already where one has the same. */
function sharedCode({ development: { code }, published }: CloudFrontFunction): string {
  return published?.versions.find(({ copy }) => copy.code === code)?.copy.code ?? code;
}
