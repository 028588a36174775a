/**
 * Records runs of functions, in memory, for rehearsals: what a new version would do with the traffic that there was.
 *
 * Of a sample nearly all visits are counted and no more: a few additions decide before anything is made of them. One that is wanted is
 * noted when it is over; what is to be kept of it is worked out behind what waits. What is kept is bounded and goes with the
 * process, as does the key of its hashes.
 */
import type { FunctionRun, VisitListener } from "../visit.ts";
import { eventShape } from "./event-shape.ts";
import { FunctionRecording, type RecordedLine } from "./function-recording.ts";
import type { FieldHider } from "./hide-fields.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** A sample has one visit of so many: what is recorded costs several cached hits, in code that is seldom run and so is not the fastest. */
const visitsForOne = 200;
/** But no more than so many a second: a fast worker's sample is whole all the same, and reaches back further. */
const sharePerSecond = 50;
/** And beside these so many a second, so that where little comes most of it is recorded. */
const besidePerSecond = 2;
/** Visits that may come at once, where few came before. */
const sampledAtOnce = 20;
/** Functions that are recorded at once; the one that came first makes room. */
const functionsMax = 256;
/** A page's lines, in characters, when no more are added to it. */
const pageLength = 1_000_000;

export interface RunRecorderOptions {
  readonly mode: "sample" | "on";
  /** Characters of all that is kept. */
  readonly lengthMax: number;
  readonly hider: FieldHider;
  /** For how long runs with sealed values are kept, in milliseconds. */
  readonly sealedMs: number;
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
  readonly #samplesAll: boolean;
  #tokens = sampledAtOnce;
  #tokensAt = 0;
  #lines = 0;
  #length = 0;

  constructor(options: RunRecorderOptions) {
    this.#options = options;
    this.#samplesAll = options.mode === "on";
  }

  readonly listener: VisitListener = (visit) => {
    if (visit.runs.length === 0 || !this.#isWanted(visit.endedAt)) return;
    const { now, later } = this.#options;
    if (this.#noted.length === 0) later(this.#record);
    const at = now();
    for (const run of visit.runs) this.#noted.push({ run, at });
  };

  /** @returns runs of a function behind a number, oldest first */
  page(name: string, after: number): RecordedPage {
    this.#record();
    this.forgetOld();
    const lines: RecordedLine[] = [];
    let length = 0;
    for (const line of this.#recordings.get(name)?.linesAfter(after) ?? []) {
      if (length >= pageLength) return { lines, next: lines.at(-1)!.number };
      lines.push(line);
      length += line.text.length;
    }
    return { lines, next: undefined };
  }

  /** Lets go of runs with sealed values that have been kept long enough. */
  forgetOld(): void {
    const now = this.#options.now();
    for (const recording of this.#recordings.values()) {
      this.#length -= recording.bytes;
      recording.forgetUntil(now);
      this.#length += recording.bytes;
    }
  }

  /** @param endedAt of the visit, in milliseconds */
  #isWanted(endedAt: number): boolean {
    if (this.#samplesAll) return true;
    const since = endedAt - this.#tokensAt;
    this.#tokensAt = endedAt;
    const share = Math.min(1 / visitsForOne, (since * sharePerSecond) / 1000);
    const grown = this.#tokens + share + (since * besidePerSecond) / 1000;
    this.#tokens = grown < sampledAtOnce ? grown : sampledAtOnce;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  readonly #record = (): void => {
    const noted = this.#noted;
    this.#noted = [];
    for (const each of noted) this.#add(each);
  };

  #add({ run, at }: Noted): void {
    const { name, version, event, ranAt, seed, storeReads } = run;
    const { hider, lengthMax, sealedMs } = this.#options;
    const about = { name, at };
    const { event: told, store, hidden, sealed } = hider.hide(event, about, storeReads);
    const recorded: RecordedRun = {
      ...{ function: name, version, at: ranAt ?? at },
      ...(seed !== undefined && { seed }),
      ...(store && { store }),
      event: told,
      ...(hidden.length > 0 && { hidden }),
      ...(sealed.length > 0 && { sealed }),
    };
    const recording = this.#recordingOf(name);
    this.#lines += 1;
    this.#length -= recording.bytes;
    const until = sealed.length > 0 ? at + sealedMs : Infinity;
    const line = { number: this.#lines, text: JSON.stringify(recorded), until };
    recording.add(eventShape(told), line);
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
