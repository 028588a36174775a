/**
 * Records runs of functions, in memory, for rehearsals: what a new version would do with the traffic that there was.
 *
 * A visit that is over is only noted; what is to be kept of it is worked out behind what waits. Of many runs a
 * sample is looked at, so many a second, whatever the load is. What is kept is bounded and goes with
 * the process, as does the key of its hashes.
 */
import type { FunctionRun, Visit, VisitListener } from "../visit.ts";
import { eventShape } from "./event-shape.ts";
import { FunctionRecording, type RecordedLine } from "./function-recording.ts";
import type { FieldHider } from "./hide-fields.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** Runs a second that a sample is of, on the average. */
const sampledPerSecond = 100;
/** Runs that may come at once, where few came before. */
const sampledAtOnce = 200;
/** Functions that are recorded at once; the one that came first makes room. */
const functionsMax = 256;
/** A page's lines, in characters, when no more are added to it. */
const pageLength = 1_000_000;

export interface RunRecorderOptions {
  readonly mode: "sample" | "on";
  /** Characters of all that is kept. */
  readonly lengthMax: number;
  readonly hider: FieldHider;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Runs something behind what waits. */
  readonly later: (work: () => void) => void;
}

export interface RecordedPage {
  readonly lines: readonly RecordedLine[];
  /** The number of the last line that was looked at; undefined where no more follow. */
  readonly next: number | undefined;
}

interface Noted {
  readonly run: FunctionRun;
  readonly at: number;
}

export class RunRecorder {
  readonly #options: RunRecorderOptions;
  readonly #recordings = new Map<string, FunctionRecording>();
  #noted: Noted[] = [];
  #tokens = sampledAtOnce;
  #tokensAt = 0;
  #lines = 0;
  #length = 0;

  constructor(options: RunRecorderOptions) {
    this.#options = options;
  }

  readonly listener: VisitListener = (visit) => {
    if (visit.runs.length === 0 || !this.#isWanted(visit)) return;
    const { now, later } = this.#options;
    if (this.#noted.length === 0) later(this.#record);
    const at = now();
    for (const run of visit.runs) this.#noted.push({ run, at });
  };

  /** @returns runs of a function behind a number, oldest first */
  page(name: string, after: number): RecordedPage {
    this.#record();
    const lines: RecordedLine[] = [];
    let length = 0;
    for (const line of this.#recordings.get(name)?.linesAfter(after) ?? []) {
      if (length >= pageLength) return { lines, next: lines.at(-1)!.number };
      lines.push(line);
      length += line.text.length;
    }
    return { lines, next: undefined };
  }

  /** @param visit over */
  #isWanted({ endedAt, runs }: Visit): boolean {
    if (this.#options.mode === "on") return true;
    const grown = this.#tokens + ((endedAt - this.#tokensAt) * sampledPerSecond) / 1000;
    this.#tokensAt = endedAt;
    this.#tokens = Math.min(sampledAtOnce, grown);
    if (this.#tokens < 1) return false;
    this.#tokens -= runs.length;
    return true;
  }

  readonly #record = (): void => {
    const noted = this.#noted;
    this.#noted = [];
    for (const each of noted) this.#add(each);
  };

  #add({ run, at }: Noted): void {
    const { name, version, event, ranAt, seed, storeReads } = run;
    const { hider, lengthMax } = this.#options;
    const { event: told, hidden } = hider.hide(event);
    const recorded: RecordedRun = {
      ...{ function: name, version, at: ranAt ?? at },
      ...(seed !== undefined && { seed }),
      ...(storeReads && { store: storeReads }),
      event: told,
      ...(hidden.length > 0 && { hidden }),
    };
    const recording = this.#recordingOf(name);
    this.#lines += 1;
    this.#length -= recording.bytes;
    recording.add(eventShape(told), { number: this.#lines, text: JSON.stringify(recorded) });
    this.#length += recording.bytes;
    while (this.#length > lengthMax) this.#makeRoom();
  }

  #recordingOf(name: string): FunctionRecording {
    let recording = this.#recordings.get(name);
    if (recording === undefined) {
      if (this.#recordings.size >= functionsMax) this.#forgetFirst();
      recording = new FunctionRecording(this.#options.random);
      this.#recordings.set(name, recording);
    }
    return recording;
  }

  #forgetFirst(): void {
    for (const [name, { bytes }] of this.#recordings) {
      this.#recordings.delete(name);
      this.#length -= bytes;
      return;
    }
  }

  /** At the expense of whichever has most. */
  #makeRoom(): void {
    let largest: FunctionRecording | undefined;
    for (const each of this.#recordings.values()) {
      if (largest === undefined || each.bytes > largest.bytes) largest = each;
    }
    if (largest === undefined) throw new Error("Nothing is recorded, and it takes too much");
    this.#length -= largest.bytes;
    largest.drop();
    this.#length += largest.bytes;
  }
}
