/**
 * `/footlight/v1/functions/NAME/waves`: how a publish in waves is going, and what may be done to it.
 *
 * What is counted is told by the node that is asked, since when it saw the step begin.
 */
import { InvalidArgument, InvalidIfMatchVersion, PreconditionFailed } from "../../model/errors.ts";
import { etagOf, isEtag } from "../../model/etag.ts";
import type { CloudFrontFunction } from "../../model/function.ts";
import type { Breach, Waves, WavesEnd } from "../../model/function-waves.ts";
import { utilizationP99, type VersionTally } from "../../model/wave-counts.ts";
import type { State } from "../../state/state.ts";
import { readMembers } from "../function-versions/read-members.ts";
import type { VersionChange } from "../function-versions/version-calls.ts";
import { requireFunction } from "../functions/find-function.ts";

/** What a control node knows of waves that are on. */
export interface WaveReading {
  readonly stepRevision: number;
  /** Since it saw the last change of them: when the step began, or was resumed. */
  readonly seenSeconds: number;
  readonly fresh: VersionTally;
  readonly former: VersionTally;
  /** Why the step can't be left, however long it was; undefined where it can. */
  readonly waitsFor: string | undefined;
}

export type ReadWaves = (name: string) => WaveReading | undefined;

/** @throws NoSuchFunctionExists, when nothing has that name */
export function describeWaves(name: string, state: State, read: ReadWaves): object {
  const fn = requireFunction(state, name);
  const { waves, wavesEnd, settled } = fn.published ?? {};
  return {
    id: name,
    etag: wavesEtag(fn),
    ...(waves && { on: describeOn(waves, settled!, read(name)) }),
    ...(wavesEnd && { ended: describeEnd(wavesEnd) }),
  };
}

const moves = ["pause", "resume", "finish", "abort"] as const;
export const waveVerbs: readonly string[] = moves;

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidArgument, when no waves are on, or it makes no sense now
 * @throws InvalidIfMatchVersion, PreconditionFailed, when If-Match is not the waves' ETag: somebody was first
 */
export async function changeWaves(
  name: string,
  verb: string,
  { body, ifMatch, commit }: VersionChange,
  read: ReadWaves,
): Promise<object> {
  const { message } = readMembers(body, ["message"]);
  const move = moves.find((each) => each === verb);
  if (move === undefined) {
    throw new InvalidArgument(`Waves can't be told to ${verb}: ${moves.join(", ")} are there`);
  }
  const state = await commit((current) => {
    const fn = requireFunction(current, name);
    const waves = fn.published?.waves;
    if (waves === undefined) {
      throw new InvalidArgument(`Function "${name}" is not being published in waves`);
    }
    requireWavesEtag(fn, ifMatch);
    if (move === "pause" && waves.paused !== undefined) {
      throw new InvalidArgument(`The waves of function "${name}" are paused already`);
    }
    if (move === "resume" && waves.paused === undefined) {
      throw new InvalidArgument(`The waves of function "${name}" are not paused`);
    }
    const said = message === undefined ? {} : { message };
    const because = move === "pause" && message !== undefined ? { because: message } : {};
    const about = { type: "function-waves-changed", name, version: waves.version } as const;
    return { ...about, move, ...because, ...said };
  });
  return describeWaves(name, state, read);
}

/** Another one after each change of the waves. */
function wavesEtag({ published }: CloudFrontFunction): string {
  return etagOf(published?.waves?.revision ?? 0);
}

function requireWavesEtag(fn: CloudFrontFunction, ifMatch = ""): void {
  const resource = `the waves of function "${fn.name}"`;
  if (!isEtag(ifMatch)) throw new InvalidIfMatchVersion(resource, ifMatch);
  const current = wavesEtag(fn);
  if (ifMatch !== current) throw new PreconditionFailed(resource, ifMatch, current);
}

function describeOn(waves: Waves, settled: number, reading: WaveReading | undefined): object {
  const { plan, version, step, stepRevision, stepAt, paused } = waves;
  const known = reading?.stepRevision === stepRevision ? reading : undefined;
  return {
    version,
    old_version: settled,
    wave: step + 1,
    waves: plan.steps.map(({ share, seconds, groups }) => ({
      share,
      ...(seconds !== undefined && { seconds }),
      ...(groups !== undefined && { groups }),
    })),
    began_at: stepAt,
    ...(paused !== undefined && { paused }),
    gates: plan.gates,
    min_requests: plan.minRequests,
    when_few: plan.whenFew,
    has_test_token: plan.tokenHash !== undefined,
    ...(known && {
      seen_seconds: Math.floor(known.seenSeconds),
      ...(known.waitsFor !== undefined && { waits_for: known.waitsFor }),
      counted: {
        new: describeTally(version, known.fresh),
        old: describeTally(settled, known.former),
      },
    }),
  };
}

function describeTally(version: number, tally: VersionTally): object {
  return {
    version,
    requests: tally.visits,
    errors: tally.errors,
    answers_4xx: tally.clientErrors,
    answers_5xx: tally.serverErrors,
    origin_requests: tally.originAsked,
    origin_failures: tally.originFailed,
    utilization_p99: utilizationP99(tally),
  };
}

function describeEnd({ step, steps, breach, ...end }: WavesEnd): object {
  return {
    ...end,
    wave: step + 1,
    waves: steps,
    ...(breach && { breach: describeBreach(breach) }),
  };
}

function describeBreach({ gate, of, newVersion, oldVersion }: Breach): object {
  return { gate, of, new: newVersion, old: oldVersion };
}
