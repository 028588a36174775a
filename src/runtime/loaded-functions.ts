/**
 * The functions that are loaded, each with its isolate, and the blank isolates that wait for the next.
 *
 * When there are too many, the one used longest ago makes room; but where more functions than that take turns, each
 * would be gone just before its next. So one that came when there was no room is the next to go unless it is
 * used again, and only every eighth stays as if it had been. Of 200 functions in turn on 100 isolates, nearly half find theirs.
 */
import type { FunctionCopy } from "../model/function.ts";
import { BlankIsolate } from "./blank-isolate.ts";
import type { Compilation } from "./dialect/compile-function.ts";
import type { Counts } from "./dialect/instrument.ts";
import { readsAll } from "./dialect/read-parts.ts";
import { EventForm } from "./event/event-form.ts";
import { ForeseenCopies } from "./foreseen-copies.ts";
import { FunctionIsolate } from "./function-isolate.ts";
import type { EdgeLocation } from "./guest/cloudfront.ts";
import { RememberedAnswers } from "./remembered/remembered-answers.ts";
import { RememberedRoom } from "./remembered/remembered-room.ts";
import type { FunctionKind } from "./limits.ts";
import { runtimeOf, type RuntimeName } from "./runtime-name.ts";
import type { Watchdog } from "./watchdog.ts";

/** What is known of a copy. The isolate comes and goes; the rest stays as long as the copy does. */
export class LoadedFunction {
  readonly runtime: RuntimeName;
  readonly kind: FunctionKind;
  readonly compilation: Compilation;
  readonly form: EventForm;
  /** What it answered, which holds whatever becomes of its isolates. */
  readonly answers: RememberedAnswers;
  /** Absent before the first run, and after the isolate was evicted or ended. */
  isolate: FunctionIsolate | undefined;
  /** Whether nothing new will run it: another copy was published in its place. */
  isRetired = false;
  /** Whether it ran since a retired copy was last looked at. */
  ranLately = false;
  /** What V8 said when it refused what our own reading let through, such as nesting that is too deep for it. */
  refusal: string | undefined;
  /** How often a run was repeated in a realm of its own, because it wanted to change a built-in. */
  realms = 0;
  /** How often an isolate of it was ended, by the watchdog or because its heap was full. */
  endings = 0;
  lastEnding: "time" | "memory" = "time";
  /** Whether a run of it has asked for chance. */
  isByChance = false;
  /** How much CPU time its long runs took, in milliseconds. */
  heldMs = 0;
  /** When a run of it took long by the clock, in milliseconds; undefined when none did lately. */
  tookLongAt: number | undefined;

  constructor(copy: FunctionCopy, compilation: Compilation, room: RememberedRoom) {
    this.runtime = runtimeOf(copy);
    this.kind = copy.kind ?? "viewer";
    this.compilation = compilation;
    this.form = new EventForm("reads" in this.compilation ? this.compilation.reads : readsAll);
    this.answers = new RememberedAnswers(room);
  }
}

/** One in so many that come when there is no room stays, so that what is used from now on comes in. */
const arrivalsPerStay = 8;

/** How long a retired copy's isolate stays without a run, and at most twice as long. */
const retiredIdleMs = 1000;

/**
 * How long the next blank isolate waits to be made, in milliseconds. It takes this thread some five, in every
 * worker; a publish that has just taken the one before is answered first.
 */
const restockDelayMs = 10;

export interface LoadedFunctionsOptions {
  readonly watchdog: Watchdog;
  readonly maxIsolates: number;
  readonly memoryLimitMb: number;
  readonly edgeLocation: EdgeLocation | undefined;
  /** What functions count beside their steps. */
  readonly counts?: Counts | undefined;
}

export class LoadedFunctions {
  readonly #options: LoadedFunctionsOptions;
  readonly #byCopy = new WeakMap<FunctionCopy, LoadedFunction>();
  /** Those with an isolate, the one used longest ago first. */
  readonly #inUse = new Set<LoadedFunction>();
  readonly #blanks = new Map<RuntimeName, BlankIsolate>();
  readonly #foreseen: ForeseenCopies;
  readonly #room = new RememberedRoom();
  /** Runs while some of those in use are retired. */
  #sweep: NodeJS.Timeout | undefined;
  /** A copy that nobody holds any more, such as one that was replaced by publishing, needs no isolate. */
  readonly #forgotten = new FinalizationRegistry<LoadedFunction>((fn) => {
    fn.answers.forget();
    this.drop(fn);
  });
  #latest: LoadedFunction | undefined;
  /** One that came when there was no room, and was not used again. */
  #unproven: LoadedFunction | undefined;
  /** How many came when there was no room. */
  #arrivals = 0;
  #closed = false;

  constructor(options: LoadedFunctionsOptions) {
    this.#options = options;
    this.#foreseen = new ForeseenCopies(options.counts, () => {
      for (const blank of this.#blanks.values()) blank.forgetRead();
    });
  }

  /** How many isolates hold a function. */
  get size(): number {
    return this.#inUse.size;
  }

  /** How many copies were foreseen, and how many blank isolates have read one. */
  get foreseen(): { readonly copies: number; readonly read: number } {
    const read = [...this.#blanks.values()].filter(({ hasRead }) => hasRead).length;
    return { copies: this.#foreseen.size, read };
  }

  find(copy: FunctionCopy): LoadedFunction {
    let fn = this.#byCopy.get(copy);
    if (fn === undefined) {
      fn = new LoadedFunction(copy, this.#foreseen.take(copy), this.#room);
      this.#byCopy.set(copy, fn);
      this.#forgotten.register(copy, fn);
    }
    return fn;
  }

  /** The function's isolate, made if there is none, and marked as used last. */
  isolateOf(
    fn: LoadedFunction,
    compiled: Extract<Compilation, { type: "compiled" }>,
  ): FunctionIsolate {
    const { isolate } = fn;
    fn.ranLately = true;
    if (isolate !== undefined && !isolate.isDisposed) {
      if (this.#unproven === fn) this.#unproven = undefined;
      if (this.#latest !== fn) this.#touch(fn);
      return isolate;
    }
    if (isolate !== undefined) this.drop(fn);
    if (this.#closed) throw new Error("The function runtime is closed; it runs nothing any more");
    const madeRoom = this.#makeRoom();
    const blank = this.#takeBlank(fn.runtime);
    try {
      fn.isolate = new FunctionIsolate(blank, compiled, fn.form, this.#options.watchdog);
    } catch (error) {
      blank.dispose();
      throw error;
    }
    this.#touch(fn);
    if (madeRoom) {
      this.#arrivals += 1;
      this.#unproven = this.#arrivals % arrivalsPerStay === 0 ? undefined : fn;
    }
    if (fn.isRetired) this.#watchRetired();
    return fn.isolate;
  }

  /** Says that a function's isolate was made for runs to come, so that it stays like one that was used. */
  expect(fn: LoadedFunction): void {
    if (this.#unproven === fn) this.#unproven = undefined;
  }

  /**
   * Lets go of a copy's answers, and of its isolate once requests that began before it was replaced run it no more.
   * It may still be run, and is then let go of again.
   */
  retire(copy: FunctionCopy): void {
    const fn = this.#byCopy.get(copy);
    if (fn === undefined) return;
    fn.isRetired = true;
    fn.ranLately = true;
    fn.answers.forget();
    if (fn.isolate !== undefined) this.#watchRetired();
  }

  /** Lets go of a function's isolate; its next run makes another. */
  drop(fn: LoadedFunction): void {
    fn.isolate?.dispose();
    fn.isolate = undefined;
    this.#inUse.delete(fn);
    if (this.#latest === fn) this.#latest = undefined;
    if (this.#unproven === fn) this.#unproven = undefined;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#sweep);
    for (const fn of this.#inUse) this.drop(fn);
    for (const blank of this.#blanks.values()) blank.dispose();
    this.#blanks.clear();
    this.#foreseen.clear();
  }

  /** Makes a blank isolate ahead of need, if none waits, and has it read what may be published next. */
  stock(runtime: RuntimeName): void {
    if (this.#closed) return;
    const blank = this.#findBlank(runtime) ?? this.#newBlank(runtime);
    this.#blanks.set(runtime, blank);
    const script = this.#foreseen.scriptFor(runtime);
    if (script !== undefined) blank.read(script);
  }

  /**
   * Compiles a copy that may be published next, step by step, and has a blank isolate read it, which stays at the disposal of
   * whatever comes first. None of the copy is run.
   */
  *foresee(copy: FunctionCopy): Generator<void, void> {
    yield* this.#foreseen.add(copy);
    yield;
    if (this.#closed) return;
    const runtime = runtimeOf(copy);
    if (this.#findBlank(runtime) === undefined) this.#restock(runtime);
    else this.stock(runtime);
  }

  /** Says that it won't be: what it was compiled to is let go of. */
  forgo(copy: FunctionCopy): void {
    this.#foreseen.forget(copy);
    const runtime = runtimeOf(copy);
    const blank = this.#blanks.get(runtime);
    const script = this.#foreseen.scriptFor(runtime);
    if (script === undefined) blank?.forgetRead();
    else blank?.read(script);
  }

  #newBlank(runtime: RuntimeName): BlankIsolate {
    const { memoryLimitMb, edgeLocation, watchdog } = this.#options;
    const blank = new BlankIsolate(runtime, memoryLimitMb, edgeLocation);
    blank.guardBy(watchdog);
    return blank;
  }

  /** The blank isolate that waits, unless it is of no more use. */
  #findBlank(runtime: RuntimeName): BlankIsolate | undefined {
    const blank = this.#blanks.get(runtime);
    if (blank?.isWorn !== true) return blank;
    this.#blanks.delete(runtime);
    blank.dispose();
    return undefined;
  }

  #restock(runtime: RuntimeName): void {
    setTimeout(() => this.stock(runtime), restockDelayMs).unref();
  }

  #watchRetired(): void {
    this.#sweep ??= setInterval(() => this.#dropRetired(), retiredIdleMs).unref();
  }

  #dropRetired(): void {
    let left = false;
    for (const fn of this.#inUse) {
      if (!fn.isRetired) continue;
      if (fn.ranLately) left = true;
      else this.drop(fn);
      fn.ranLately = false;
    }
    if (left) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #touch(fn: LoadedFunction): void {
    this.#inUse.delete(fn);
    this.#inUse.add(fn);
    this.#latest = fn;
  }

  /** @returns whether one had to go */
  #makeRoom(): boolean {
    const { maxIsolates } = this.#options;
    if (this.#inUse.size < maxIsolates) return false;
    if (this.#unproven !== undefined) this.drop(this.#unproven);
    for (const fn of this.#inUse) {
      if (this.#inUse.size < maxIsolates) break;
      this.drop(fn);
    }
    return true;
  }

  #takeBlank(runtime: RuntimeName): BlankIsolate {
    const blank = this.#findBlank(runtime);
    this.#blanks.delete(runtime);
    this.#restock(runtime);
    return blank ?? this.#newBlank(runtime);
  }
}
