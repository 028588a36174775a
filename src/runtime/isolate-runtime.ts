/**
 * Runs functions in isolates of V8: the sandbox as the rooms above know it.
 *
 * A copy's isolate is found by the copy's identity and kept while it is in use; when there are
 * too many, others are disposed of (loaded-functions.ts). A blank isolate waits ready, so
 * that a function's first run pays only for its own source.
 */
import type { Clock } from "../base/clock.ts";
import { silentLogger, type Logger } from "../base/logger.ts";
import { isRecurring } from "../base/recurring-lines.ts";
import type { FunctionCopy } from "../model/function.ts";
import { cpuMs, RecentCpuTime } from "./cpu-time.ts";
import { buildOutcome } from "./event/build-outcome.ts";
import { decodeAnswer, type Answer } from "./event/decode-answer.ts";
import { renderOutput } from "./event/render-output.ts";
import { type SentEvent, testEvent, ViewerEvent } from "./event/sent-event.ts";
import { readTestEvent } from "./event/test-event.ts";
import { invalidValue, sentences } from "./event/validate-answer.ts";
import type { FunctionIsolate, Reply } from "./function-isolate.ts";
import type {
  EventRequest,
  EventResponse,
  FunctionEvent,
  RepeatedInvocation,
  RepeatingRuntime,
  RunInputs,
  RunWatcher,
  Invocation,
  KeyValueReader,
  StoreCounts,
  StoreReadsTold,
  TestRun,
} from "./function-runtime.ts";
import type { CostMap } from "./dialect/cost-marks.ts";
import type { CoverageMap } from "./dialect/coverage-marks.ts";
import type { Counts } from "./dialect/instrument.ts";
import type { EdgeLocation } from "./guest/cloudfront.ts";
import { computeUtilization, stepLimit, type FunctionKind } from "./limits.ts";
import { LoadedFunctions, type LoadedFunction } from "./loaded-functions.ts";
import { hiddenMark } from "./hidden-values.ts";
import { ClockAnswers } from "./remembered/clock-answers.ts";
import { StoreReads } from "./remembered/store-reads.ts";
import type { Remembered } from "./remembered/remembered-answers.ts";
import type { LastRun, RunMemory } from "./remembered/run-memory.ts";
import { Watchdog } from "./watchdog.ts";

export interface RuntimeOptions {
  /** V8 heap of one function's isolate. Less than 8 is more than V8 can do. */
  readonly memoryLimitMb?: number;
  /** Isolates kept at once; each takes some 5 MB. */
  readonly maxIsolates?: number;
  /** How long one invocation may hold the thread before its isolate is ended. */
  readonly watchdogMs?: number;
  /** What cf.edgeLocation tells viewer-request functions; a name for this machine unless given. */
  readonly edgeLocation?: EdgeLocation;
  /** Whether what a copy answered is kept for events that it can't tell apart. */
  readonly remembers?: boolean;
  readonly now?: Clock;
  /** What chance follows from, as in RunInputs, asked before each run; 0, or absent, for V8's own. */
  readonly seed?: () => number;
  readonly logger?: Logger;
}

/** What a run must use of the CPU to count as long, in milliseconds; the counters end most far sooner. */
const longMs = 10;
/** For how long after a run that took long by the clock the next ones are measured. */
const measuredMs = 60_000;

/** The sentence that precedes the engine's message when a function could not run. */
const couldNotRun =
  "The CloudFront function associated with the CloudFront distribution is invalid or could not run.";

/** Tests functions, and counts what of them was run. */
export interface CountingRuntime {
  readonly test: RepeatingRuntime["test"];
  /** What a copy has run so far; undefined of one that does not compile, or was not run. */
  readonly coverageOf: (copy: FunctionCopy) => Coverage | undefined;
  readonly close: () => Promise<void>;
}

export interface Coverage extends CoverageMap {
  /** How often each point was run. */
  readonly hits: readonly number[];
}

/** Tests functions, and tells what of them costs most. */
export interface CostingRuntime {
  readonly test: RepeatingRuntime["test"];
  /** Of a copy's last run; undefined of one that does not compile, was not run, or whose isolate was ended. */
  readonly costsOf: (copy: FunctionCopy) => ToldCosts | undefined;
  readonly close: () => Promise<void>;
}

/** What run-costs.ts makes lines and calls of. */
export interface ToldCosts {
  readonly map: CostMap;
  /** As the script's counter tells it. */
  readonly told: string;
  readonly kind: FunctionKind;
}

export function createCostingRuntime(options: RuntimeOptions = {}): CostingRuntime {
  const runtime = new IsolateRuntime(options, "costs");
  return {
    test: (...order) => runtime.test(...order),
    costsOf: (copy) => runtime.costsOf(copy),
    close: () => runtime.close(),
  };
}

export function createCountingRuntime(options: RuntimeOptions = {}): CountingRuntime {
  const runtime = new IsolateRuntime(options, "coverage");
  return {
    test: (...order) => runtime.test(...order),
    coverageOf: (copy) => runtime.coverageOf(copy),
    close: () => runtime.close(),
  };
}

export function createRuntime(options: RuntimeOptions = {}): RepeatingRuntime {
  return new IsolateRuntime(options);
}

interface Attempt {
  readonly answer: Answer;
  /** The answer as the guest wrote it, when it would write the same for the same text and the same answers to it. */
  readonly words?: string;
  /** How the clock has to compare for that. */
  readonly compared?: string;
  /** What the clock said, in milliseconds since the epoch; absent where it was not asked. */
  readonly ranAt?: number;
  /** What its chance followed from; 0 or absent where it asked for none. */
  readonly seed?: number;
}

class IsolateRuntime implements RepeatingRuntime {
  readonly #watchdog: Watchdog;
  readonly #functions: LoadedFunctions;
  readonly #remembers: boolean;
  readonly #cpuTime = new RecentCpuTime();
  readonly #now: Clock;
  readonly #seed: (() => number) | undefined;
  readonly #logger: Logger;

  constructor(options: RuntimeOptions, counts?: Counts) {
    this.#watchdog = new Watchdog(options.watchdogMs ?? 100);
    this.#functions = new LoadedFunctions({
      watchdog: this.#watchdog,
      maxIsolates: options.maxIsolates ?? 100,
      memoryLimitMb: options.memoryLimitMb ?? 16,
      edgeLocation: options.edgeLocation,
      counts,
    });
    this.#remembers = options.remembers ?? false;
    this.#now = options.now ?? (() => new Date());
    this.#seed = options.seed;
    this.#logger = options.logger ?? silentLogger;
    this.#functions.stock("cloudfront-js-2.0");
  }

  run(
    copy: FunctionCopy,
    event: FunctionEvent,
    store?: KeyValueReader,
    watcher?: RunWatcher,
    memory?: RunMemory,
  ): Invocation {
    const last = memory?.last;
    if (last !== undefined && this.#isAsLast(last, copy, event, store)) return last.invocation;
    const fn = this.#functions.find(copy);
    const sent = new ViewerEvent(event, fn.form);
    const remembers = this.#remembers && !fn.isRetired;
    const known = remembers ? fn.answers.find(sent.text, { store, now: this.#now }) : undefined;
    if (known !== undefined) {
      const { invocation } = known;
      const isSame = invocation !== undefined && isMadeOf(known, event);
      const given = isSame ? invocation : repeat(known, event, fn.kind);
      if (memory !== undefined) noteLast(memory, given, known, { fn, copy, event });
      return given;
    }
    watcher?.willRun?.();
    const { endings, realms, heldMs } = fn;
    const reads = this.#readsOf(store);
    const { answer, ranAt, seed } = remembers
      ? this.#runAndKeep(fn, sent, reads)
      : this.#attempt(fn, "invoke", sent, reads);
    return {
      ...invocationOf(answer, event, fn.kind, reads),
      ...(ranAt === undefined ? undefined : { ranAt }),
      ...(seed ? { seed } : undefined),
      ...(fn.realms === realms ? undefined : { tookRealm: true }),
      ...(fn.endings === endings ? undefined : { wasEnded: fn.lastEnding }),
      ...(fn.heldMs === heldMs ? undefined : { heldMs: fn.heldMs - heldMs }),
    };
  }

  repeat(copy: FunctionCopy, event: FunctionEvent, inputs: RunInputs): RepeatedInvocation {
    const fn = this.#functions.find(copy);
    const short = new ViewerEvent(event, fn.form);
    const isWatched = short.text.includes(hiddenMark);
    const { store, now } = inputs;
    const known = isWatched
      ? undefined
      : fn.answers.find(short.text, { store, now: () => new Date(now) });
    if (known !== undefined) {
      const { invocation } = known;
      const isSame = invocation !== undefined && isMadeOf(known, event);
      return { ...(isSame ? invocation : repeat(known, event, fn.kind)), touched: [] };
    }
    // Values are watched where names are spelled out.
    const sent = isWatched ? new ViewerEvent(event, fn.form, true) : short;
    const { endings } = fn;
    let run = this.#runAgain(fn, sent, inputs);
    // Most functions ask for no chance, and their isolates are not told of it before they do.
    if (run.attempt.seed && !fn.isByChance) {
      fn.isByChance = true;
      run = this.#runAgain(fn, sent, inputs);
    }
    // As with a test: it may be the machine that was slow.
    if (fn.endings !== endings && fn.lastEnding === "time") run = this.#runAgain(fn, sent, inputs);
    const { attempt, reads, touched } = run;
    if (!isWatched) this.#keep(fn, sent, reads, attempt);
    return {
      ...invocationOf(attempt.answer, event, fn.kind, reads),
      touched: touched.split("\n").slice(0, -1),
    };
  }

  test(copy: FunctionCopy, eventObject: string, store?: KeyValueReader): TestRun {
    const event = testEvent(readTestEvent(eventObject).text);
    const fn = this.#functions.find(copy);
    const { endings } = fn;
    const reads = this.#readsOf(store);
    let { answer } = this.#attempt(fn, "invokeTest", event, reads);
    // The watchdog counts time, and a machine that lets this thread wait makes a healthy function slow.
    if (fn.endings !== endings && fn.lastEnding === "time") {
      ({ answer } = this.#attempt(fn, "invokeTest", event, reads));
    }
    if (answer.type === "same-request") throw new Error("A test run answers in full, and did not");
    const errorMessage = errorMessageOf(answer);
    return {
      computeUtilization: utilizationOf(answer, fn.kind),
      logs: answer.logs,
      errorMessage,
      output: answer.type === "request" || answer.type === "response" ? renderOutput(answer) : "",
    };
  }

  coverageOf(copy: FunctionCopy): Coverage | undefined {
    const { compilation, isolate } = this.#functions.find(copy);
    const coverage = compilation.type === "compiled" ? compilation.coverage : undefined;
    if (coverage === undefined || isolate === undefined || isolate.isDisposed) return undefined;
    return { ...coverage, hits: isolate.hits() };
  }

  costsOf(copy: FunctionCopy): ToldCosts | undefined {
    const { compilation, isolate, kind } = this.#functions.find(copy);
    const costs = compilation.type === "compiled" ? compilation.costs : undefined;
    if (costs === undefined || isolate === undefined || isolate.isDisposed) return undefined;
    const told = isolate.costs();
    return told === undefined ? undefined : { map: costs, told, kind };
  }

  prepare(copy: FunctionCopy): void {
    const fn = this.#functions.find(copy);
    fn.isRetired = false;
    if (fn.compilation.type !== "compiled") return;
    try {
      this.#functions.isolateOf(fn, fn.compilation);
      this.#functions.expect(fn);
    } catch (error) {
      this.#logger.warn(
        { err: error },
        "a function could not be loaded ahead of its first request",
      );
    }
  }

  foresee(copy: FunctionCopy): Generator<void, void> {
    return this.#functions.foresee(copy);
  }

  forgo(copy: FunctionCopy): void {
    this.#functions.forgo(copy);
  }

  retire(copy: FunctionCopy): void {
    this.#functions.retire(copy);
  }

  async close(): Promise<void> {
    this.#functions.close();
    await this.#watchdog.close();
  }

  /** Whether a run would be answered as the last one with the very same request was. */
  #isAsLast(
    { copy, distributionId, answers, generation, remembered }: LastRun,
    asked: FunctionCopy,
    event: FunctionEvent,
    store: KeyValueReader | undefined,
  ): boolean {
    return (
      copy === asked &&
      distributionId === event.distributionId &&
      isToldByRequest(event) &&
      answers.holds(remembered, generation, { store, now: this.#now })
    );
  }

  #readsOf(store: KeyValueReader | undefined): StoreReads {
    const seed = this.#seed?.() ?? 0;
    if (seed === 0) return new StoreReads(store);
    return new StoreReads(store, { now: this.#now().getTime(), seed });
  }

  /** What the copy answers, which is remembered if it may be. */
  #runAndKeep(fn: LoadedFunction, sent: SentEvent, reads: StoreReads): Attempt {
    const attempt = this.#attempt(fn, "invoke", sent, reads);
    this.#keep(fn, sent, reads, attempt);
    return attempt;
  }

  #keep(
    { answers }: LoadedFunction,
    sent: SentEvent,
    reads: StoreReads,
    { answer, words, compared }: Attempt,
  ): void {
    const asked = { reads: reads.known, clock: clockAnswers(compared) };
    if (words === undefined || !reads.isWhole) answers.pass();
    else answers.keep(sent.text, words, answer, asked);
  }

  #runAgain(
    fn: LoadedFunction,
    sent: SentEvent,
    { now, seed, store }: RunInputs,
  ): { readonly attempt: Attempt; readonly reads: StoreReads; readonly touched: string } {
    let touched = "";
    const reads = new StoreReads(store, {
      now,
      seed: fn.isByChance ? seed : 0,
      onTouched: (lines) => {
        touched = lines;
      },
    });
    return { attempt: this.#attempt(fn, "invoke", sent, reads), reads, touched };
  }

  #attempt(
    fn: LoadedFunction,
    entry: "invoke" | "invokeTest",
    event: SentEvent,
    reads: StoreReads,
  ): Attempt {
    const { compilation } = fn;
    if (compilation.type === "refused") return unrun(compilation.message);
    if (fn.refusal !== undefined) return unrun(fn.refusal);
    let isolate: FunctionIsolate;
    try {
      isolate = this.#functions.isolateOf(fn, compilation);
    } catch (error) {
      const { name, message } = error as Error;
      const refusal = `${name}: ${message}`;
      this.#logger.error({ err: error }, "a function could not be loaded");
      // V8 would say so again, after the milliseconds that an isolate takes to be made.
      if (name === "SyntaxError" || name === "RangeError") fn.refusal = refusal;
      return unrun(refusal);
    }
    if (fn.tookLongAt === undefined) return this.#perform(fn, isolate, entry, event, reads);
    const beganAt = performance.now();
    const before = this.#cpuTime.at(beganAt);
    const attempt = this.#perform(fn, isolate, entry, event, reads);
    // What is short by the clock can't have used much.
    const took = performance.now() - beganAt < longMs ? 0 : cpuMs() - before;
    if (took >= longMs) fn.heldMs += took;
    else if (performance.now() - fn.tookLongAt > measuredMs) fn.tookLongAt = undefined;
    return attempt;
  }

  #perform(
    fn: LoadedFunction,
    isolate: FunctionIsolate,
    entry: "invoke" | "invokeTest",
    event: SentEvent,
    reads: StoreReads,
  ): Attempt {
    const now = reads.repeats?.now ?? this.#now().getTime();
    const reply = isolate.invoke(entry, event, now, reads);
    const answer = this.#read(fn, reply);
    if (reply.type === "ended") return { answer };
    if (answer.type === "same-request" || answer.tampered !== true) {
      const { isRepeatable, text, compared, seed } = reply;
      if (!isRepeatable) return { answer, ranAt: now, seed };
      const kept = { answer, words: text, compared };
      return compared === "" ? kept : { ...kept, ranAt: now };
    }
    // The frozen built-ins may have made the run fail. The next run begins in the frozen realm
    // again: what wanted to change a built-in may be a viewer's text, such as a name "__proto__".
    fn.realms += 1;
    const apart = isolate.invokeApart(entry, event, now, reads);
    const given = this.#read(fn, apart);
    if (apart.type === "ended" || (apart.isRepeatable && apart.compared === "")) {
      return { answer: given };
    }
    return { answer: given, ranAt: now, seed: apart.seed };
  }

  #read(fn: LoadedFunction, reply: Reply): Answer {
    switch (reply.type) {
      case "answer":
        if (reply.tookLong) fn.tookLongAt = performance.now();
        return decodeAnswer(reply.text);
      case "ended": {
        this.#functions.drop(fn);
        const isMemory = reply.message.includes("memory limit");
        fn.endings += 1;
        fn.lastEnding = isMemory ? "memory" : "time";
        this.#logger.warn({ reason: reply.message }, "a function's isolate was ended");
        return {
          type: "limit",
          message: isMemory ? "MemoryError" : "InternalError: compute limit exceeded",
          steps: stepLimit,
          logs: [],
        };
      }
    }
  }
}

function clockAnswers(compared = ""): ClockAnswers | undefined {
  return compared === "" ? undefined : new ClockAnswers(compared);
}

/** The answer of a function that did not get as far as running. */
function unrun(message: string): Attempt {
  return { answer: { type: "error", message, steps: 0, logs: [] } };
}

function invocationOf(
  answer: Answer,
  event: FunctionEvent,
  kind: FunctionKind,
  { counts: storeCounts, told: storeReads }: Asked = askedNothing,
): Invocation {
  const logData = answer.type === "same-request" ? undefined : answer.logData;
  return {
    outcome: buildOutcome(answer, event),
    logs: answer.type === "same-request" ? [] : answer.logs,
    ...(logData !== undefined && { logData: firstBytes(logData, logDataMax) }),
    computeUtilization: utilizationOf(answer, kind),
    ...(storeCounts && { storeCounts }),
    ...(storeReads && { storeReads }),
  };
}

/** What a run asked its store. */
interface Asked {
  readonly counts: StoreCounts | undefined;
  readonly told: StoreReadsTold | undefined;
}

const askedNothing: Asked = { counts: undefined, told: undefined };

/** Bytes that access logs have of what cf.logCustomData() was given. */
const logDataMax = 800;

/** @returns as many whole characters as have so many bytes in UTF-8 */
function firstBytes(text: string, max: number): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= max) return text;
  let end = max;
  while ((bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

/** What of an event's texts is kept with an answer, in characters: what is counted for one covers it. */
const keptTextsMax = 1024;

/** Whether what a remembered answer came to was made of what this event, which has the same text, has as well. */
function isMadeOf({ headers, request }: Remembered, event: FunctionEvent): boolean {
  if (request === undefined) return headers === event.response?.headers;
  const { uri, querystring, headers: lines } = event.request;
  return headers === lines && request.uri === uri && request.querystring === querystring;
}

/** Whether its request and its distribution are all of an event that differs between events of one copy. */
function isToldByRequest({ eventType, tenant, edgeLocation }: FunctionEvent): boolean {
  return eventType === "viewer-request" && tenant === undefined && edgeLocation === undefined;
}

interface Noted {
  readonly fn: LoadedFunction;
  readonly copy: FunctionCopy;
  readonly event: FunctionEvent;
}

/** Larger answers are not kept by requests, in bytes as they are counted: they are remembered by their text. */
const notedMax = 4096;

function noteLast(
  memory: RunMemory,
  invocation: Invocation,
  remembered: Remembered,
  { fn: { answers, form }, copy, event }: Noted,
): void {
  const { requestId, viewerIp } = form.reads;
  if (requestId || viewerIp || remembered.bytes > notedMax || !isToldByRequest(event)) return;
  const { distributionId } = event;
  const { generation } = answers;
  const last = recurring(invocation);
  memory.last = { copy, distributionId, answers, generation, remembered, invocation: last };
}

/**
 * What a copy answered before to an event that it can't tell from this one. What takes nothing of its event is the same each time,
 * and is made once. So is what becomes of lines that are the very same array: a response's, as those of an object in the
 * cache are, or a request's that recur.
 */
function repeat(known: Remembered, event: FunctionEvent, kind: FunctionKind): Invocation {
  const { answer } = known;
  const invocation = invocationOf(answer, event, kind, known.reads);
  if (answer.type === "same-request") return invocation;
  const takesOf = answer.type === "request" ? event.request : event.response;
  const isKept = takesOf === undefined || isWorthKeeping(takesOf);
  if (!isKept) return invocation;
  known.headers = takesOf?.headers;
  known.request = answer.type === "request" ? event.request : undefined;
  known.invocation = recurring(invocation);
  return known.invocation;
}

/** Says that its result is the very same object each time. */
function recurring(invocation: Invocation): Invocation {
  const { outcome } = invocation;
  if (outcome.type !== "response" && outcome.type !== "request") return invocation;
  return outcome.recurs ? invocation : { ...invocation, outcome: { ...outcome, recurs: true } };
}

function isWorthKeeping(part: EventRequest | EventResponse): boolean {
  if ("statusCode" in part) return lengthOf(part.headers) <= keptTextsMax;
  const { uri, querystring = "", headers } = part;
  return (
    isRecurring(headers) && uri.length + querystring.length + lengthOf(headers) <= keptTextsMax
  );
}

function lengthOf(headers: readonly string[]): number {
  let length = 0;
  for (const text of headers) length += text.length;
  return length;
}

function utilizationOf(answer: Answer, kind: FunctionKind): number {
  return answer.type === "limit" ? 100 : computeUtilization(answer.steps, kind);
}

function errorMessageOf(answer: Exclude<Answer, { type: "same-request" }>): string {
  switch (answer.type) {
    case "request":
    case "response":
      return "";
    case "nothing":
      return sentences.nothing;
    case "invalid":
      return invalidValue(answer.complaint);
    case "error":
    case "limit":
      return `${couldNotRun} ${answer.message}`;
  }
}
