/**
 * A plan of waves as people write it: `canary 5m, 10% 10m, 100%`.
 *
 * A wave is a share of the viewers and how long it lasts at least, and before them the groups of edges that it is for, like
 * `@site-a+site-b 50% 1h`. Without a share a group gets the version whole; `canary` is 5 %. The last has no time: 100% is the end, and any
 * other stays until somebody ends it.
 */
import { InvalidArgument } from "../../model/errors.ts";
import { isEnd, waveShare, type WavePlan, type WaveStep } from "../../model/function-waves.ts";

const canaryShare = 0.05;
const stepsMax = 50;
const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const secondsMax = 30 * 86_400;

const form =
  "it is like canary 5m, @site-a+site-b 10m, 10% 1h, 100%: groups of edges, a share and a time, of which the last has none";

/** @throws InvalidArgument, naming the wave and what is wrong with it */
export function readSteps(text: string): readonly WaveStep[] {
  const steps = text.split(",").map((part) => readStep(part.trim()));
  if (steps.length > stepsMax) {
    throw new InvalidArgument(`waves may be ${stepsMax} at most, got ${steps.length}`);
  }
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (isLast !== (step.seconds === undefined)) {
      const why = isLast
        ? "is the last, and stays until somebody ends it: leave its time out, or let 100% follow"
        : "is followed by another, and needs a time, like 10m";
      throw new InvalidArgument(`Wave ${index + 1} ${why}; ${form}`);
    }
    if (isEnd(step) && !isLast) {
      throw new InvalidArgument(
        `Wave ${index + 1} gives all viewers the version, and is not the last`,
      );
    }
    requireMore(steps, index);
  }
  return steps;
}

/** A wave that gives somebody no more than those before would do nothing. */
function requireMore(steps: readonly WaveStep[], index: number): void {
  const { groups = [undefined], share } = steps[index]!;
  const before = { plan: { steps } as WavePlan, step: index - 1 };
  for (const group of groups) {
    const had = waveShare(before as Parameters<typeof waveShare>[0], group);
    if (share > had) continue;
    const whose = group === undefined ? "" : ` at the edges of ${group}`;
    throw new InvalidArgument(
      `Wave ${index + 1} gives ${inPercent(share)}${whose}, where ${inPercent(had)} have the version already`,
    );
  }
}

function readStep(text: string): WaveStep {
  const parts = /^(?:@(\S+)\s*)?(canary|[\d.]+ ?%)?(?:\s*\b(\d{1,7})([smhd]))?$/.exec(text);
  const [, names, share, count, unit = ""] = parts ?? [];
  if (parts === null || (names === undefined && share === undefined)) {
    throw new InvalidArgument(`There is no wave "${text}"; ${form}`);
  }
  const groups = names?.split("+");
  const stranger = groups?.find((name) => !/^[a-z0-9-]{1,32}$/.test(name));
  if (stranger !== undefined) {
    throw new InvalidArgument(
      `"${stranger}" can't be a group of edges: up to 32 lower-case letters, digits and "-"`,
    );
  }
  const seconds = count === undefined ? undefined : Number(count) * units[unit]!;
  if (seconds !== undefined && (seconds === 0 || seconds > secondsMax)) {
    throw new InvalidArgument(`A wave lasts from 1s to 30d, got "${text}"`);
  }
  return {
    share: share === undefined ? 1 : readShare(share),
    ...(seconds !== undefined && { seconds }),
    ...(groups !== undefined && { groups }),
  };
}

function readShare(text: string): number {
  if (text === "canary") return canaryShare;
  const percent = Number(text.replace(/ ?%$/, ""));
  if (percent > 0 && percent <= 100) return percent / 100;
  throw new InvalidArgument(`A share is more than 0% and at most 100%, got "${text}"`);
}

function inPercent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}
