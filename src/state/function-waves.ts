/**
 * What the entries of a publish in waves make of a function: pure, as all of the fold is.
 *
 * No entry says what a step's share is: that stands in the plan, once. While waves are on, the version that had all traffic
 * before is LIVE, in whatever shares.
 */
import type { Revision } from "../log/change-log.ts";
import type { CloudFrontFunction } from "../model/function.ts";
import type { FunctionVersion } from "../model/function-versions.ts";
import { divided, isEnd, waveShare, type Waves, type WavesEnd } from "../model/function-waves.ts";
import { doesNotFit } from "./require-fit.ts";
import {
  served,
  type LiveChange,
  type NowServed,
  type PublishChange,
  type WavesChange,
} from "./served-versions.ts";

/** @throws when the change does not fit: nothing had all traffic before, or waves are on */
export function firstWave(
  { published }: CloudFrontFunction,
  version: number,
  change: PublishChange,
  revision: Revision,
): Waves {
  const { waves: plan, at } = change;
  if (plan === undefined || published === undefined || published.waves !== undefined) {
    throw doesNotFit(change, "waves begin where one version has all traffic");
  }
  return { plan, version, step: 0, stepRevision: revision, revision, stepAt: at };
}

/** What edges serve that no wave names. */
export function inWaves(
  { published }: Pick<CloudFrontFunction, "published">,
  waves: Waves,
): Pick<NowServed, "shares" | "reason" | "waves" | "wavesEnd"> {
  const shares = divided(waves.version, published!.settled, waveShare(waves, undefined));
  return { shares, reason: "waves", waves };
}

/** How waves ended that something else took the place of; those before, where none are on. */
export function replaced(
  { published }: CloudFrontFunction,
  change: PublishChange | LiveChange,
): WavesEnd | undefined {
  if (published?.waves === undefined) return published?.wavesEnd;
  const isBack = change.type === "function-live-changed" && change.reason === "rolled-back";
  return endOf(published.waves, isBack ? "aborted" : "replaced", change);
}

/** @throws when the change does not fit: no such waves are on */
export function changeWaves(
  fn: CloudFrontFunction,
  change: WavesChange,
  revision: Revision,
): CloudFrontFunction {
  const { published } = fn;
  const waves = published?.waves;
  if (published === undefined || waves?.version !== change.version) {
    throw doesNotFit(change, `no waves of version ${change.version} are on`);
  }
  const { versions, settled } = published;
  switch (change.move) {
    case "pause": {
      const { because, cause } = change;
      const paused = { by: cause.principal, ...(because !== undefined && { because }) };
      return { ...fn, published: { ...published, waves: { ...waves, revision, paused } } };
    }
    case "resume": {
      const { paused: _, ...running } = waves;
      return { ...fn, published: { ...published, waves: { ...running, revision } } };
    }
    case "step": {
      const step = waves.plan.steps[change.step];
      if (step === undefined || change.step !== waves.step + 1) {
        throw doesNotFit(change, `after step ${waves.step} comes no step ${change.step}`);
      }
      if (isEnd(step)) return ended(fn, versions, waves.version, "finished", change, revision);
      const { paused: _, ...running } = waves;
      const begun = { step: change.step, stepRevision: revision, revision, stepAt: change.at };
      const now = inWaves(fn, { ...running, ...begun });
      return served(fn, versions, { ...now, keep: undefined }, change, revision);
    }
    case "finish":
      return ended(fn, versions, waves.version, "finished", change, revision);
    case "abort":
      return ended(fn, versions, settled, "aborted", change, revision);
    case "revert": {
      const { gate, of } = change.breach;
      const mark = { at: change.at, by: change.cause.principal, message: `gate ${gate}: ${of}` };
      const marked = versions.map((version): FunctionVersion =>
        version.number === waves.version ? { ...version, bad: mark } : version,
      );
      return ended(fn, marked, settled, "reverted", change, revision);
    }
  }
}

/** @param all the version that has all traffic from now on */
function ended(
  fn: CloudFrontFunction,
  versions: readonly FunctionVersion[],
  all: number,
  how: WavesEnd["how"],
  change: WavesChange,
  revision: Revision,
): CloudFrontFunction {
  const { published } = fn;
  const now: NowServed = {
    shares: [{ version: all, share: 1 }],
    reason: "waves",
    keep: undefined,
    wavesEnd: endOf(published!.waves!, how, change),
  };
  const next = served(fn, versions, now, change, revision);
  // What had all traffic before is LIVE as it was, and not anew.
  if (all !== published!.settled || fn.live === undefined) return next;
  const unchanged = next.published!.versions.map((version) => {
    const before = published!.versions.find(({ number }) => number === version.number);
    return version.number === all ? before! : version;
  });
  return { ...next, live: fn.live, published: { ...next.published!, versions: unchanged } };
}

function endOf(
  { version, step, plan }: Waves,
  how: WavesEnd["how"],
  change: PublishChange | LiveChange | WavesChange,
): WavesEnd {
  const { at, cause, message } = change;
  const breach = change.type === "function-waves-changed" && change.move === "revert";
  return {
    ...{ version, how, step, steps: plan.steps.length, at, by: cause.principal },
    ...(message !== undefined && { message }),
    ...(breach && { breach: change.breach }),
  };
}
