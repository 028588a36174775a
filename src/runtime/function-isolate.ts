/**
 * One function's isolate: its source compiled once, called for every invocation.
 *
 * Nothing but strings and numbers crosses the boundary, a long answer as a copy of a list that holds it,
 * save one function that reads the key value store, which the guest keeps to itself. The realm is frozen, so every invocation starts
 * with the same built-ins. Code that changes a built-in or a global fails in a frozen realm; the
 * guest reports that, and such a run is repeated in a context of its own that is thrown away.
 */
import type ivm from "isolated-vm";
import type { AnswerStoreQuestion, BlankIsolate, Entry, Realm } from "./blank-isolate.ts";
import type { Compilation } from "./dialect/compile-function.ts";
import type { EventForm } from "./event/event-form.ts";
import type { SentEvent } from "./event/sent-event.ts";
import { hiddenMark } from "./hidden-values.ts";
import { limitsOf } from "./limits.ts";
import type { Watchdog } from "./watchdog.ts";

/** What answers the guest's questions about the key value store, for one invocation. */
export interface StoreWindow {
  readonly answer: AnswerStoreQuestion;
  /** Told as a run begins: an invocation may take several, of which only the last counts. */
  readonly begin: () => void;
  /** Present where it is given what a run otherwise finds: it may repeat a recorded one. */
  readonly repeats?: RepeatedRun | undefined;
}

/** How a run repeats another. */
export interface RepeatedRun {
  /** What its clock says, in milliseconds since the epoch. */
  readonly now: number;
  /** What its chance follows from; 0 for what is drawn then. */
  readonly seed: number;
  /** Told which hidden values its handler has read, a line each; absent where nobody asks. */
  readonly onTouched?: (lines: string) => void;
}

export type CompiledScript = Extract<Compilation, { type: "compiled" }>;

/** What the guest answered, or why it could not. */
export type Reply =
  | {
      readonly type: "answer";
      readonly text: string;
      /** Whether the same text gets the same answer each time, if the guest's questions get theirs. */
      readonly isRepeatable: boolean;
      /** How the clock has to compare for that; see remembered/clock-answers.ts. */
      readonly compared: string;
      /** What its chance followed from; 0 where it asked for none. */
      readonly seed: number;
      /** By the clock, which also counts what a busy machine gives to others. */
      readonly tookLong: boolean;
    }
  /** The isolate is gone: it took too long for the watchdog, or too much memory. */
  | { readonly type: "ended"; readonly message: string };

/**
 * A string of 1 KB or more crosses the boundary as memory outside V8's heap, which takes 1 µs more
 * than two pieces that are copied.
 */
function inPieces(now: number, text: string): [now: number, ...pieces: string[]] {
  const { length } = text;
  if (length < 1024 || length > 3000) return [now, text];
  if (length <= 2000) return [now, text.slice(0, 1000), text.slice(1000)];
  return [now, text.slice(0, 1000), text.slice(1000, 2000), text.slice(2000)];
}

/** For a result that is an object. */
const copied = { result: { copy: true } } as const;

/** What isolated-vm throws in place of an object that is no error. */
const notAnError =
  /^An object was thrown from supplied code within isolated-vm, but that object was not an instance of `Error`\.$/;

/** A script's function that tells what it has counted; see dialect/compile-function.ts. */
type CountingScript = ivm.Reference<(nothing: null) => string>;

export class FunctionIsolate {
  readonly #blank: BlankIsolate;
  readonly #compiled: CompiledScript;
  readonly #watchdog: Watchdog;
  readonly #watchId: number;
  readonly #realm: Realm;
  readonly #script: ivm.Script;
  /** How the copy's events are written. */
  readonly #form: EventForm;
  /** Scripts' functions that count, where they do. */
  readonly #counting: CountingScript[] = [];
  /** How many of the form's shapes the frozen realm was taught of. */
  #taught = 0;

  constructor(blank: BlankIsolate, compiled: CompiledScript, form: EventForm, watchdog: Watchdog) {
    this.#blank = blank;
    this.#compiled = compiled;
    this.#form = form;
    this.#watchdog = watchdog;
    this.#watchId = blank.guardBy(watchdog);
    this.#script = blank.scriptOf(compiled.script);
    this.#realm = blank.takeFirstRealm();
    this.#load(this.#realm);
  }

  get isDisposed(): boolean {
    return this.#blank.isolate.isDisposed;
  }

  /** Runs on the frozen realm, and again when the answer depends on what was left out of the event. */
  invoke(entry: "invoke" | "invokeTest", sent: SentEvent, now: number, store: StoreWindow): Reply {
    const realm = this.#realm;
    for (let repetitions = 0; ; repetitions += 1) {
      const { text } = sent;
      this.#taught = this.#form.shapes.teach(this.#taught, this.#learn);
      const reply = this.#run(realm, realm[entry], text, now, store);
      if (reply.type === "ended" || !reply.text.startsWith("~")) return reply;
      // There are five parts; a sixth request is a fault of ours that must not go round for ever.
      if (repetitions === 5) throw new Error(`The guest asked again for ${reply.text.slice(1)}`);
      sent.widen(reply.text.slice(1));
    }
  }

  /** Runs in a realm that is made for this invocation, where built-ins can be changed. */
  invokeApart(
    entry: "invoke" | "invokeTest",
    sent: SentEvent,
    now: number,
    store: StoreWindow,
  ): Reply {
    let realm: Realm;
    try {
      realm = this.#blank.newRealm(false);
      this.#load(realm);
    } catch (error) {
      if (!this.isDisposed) throw error;
      return { type: "ended", message: (error as Error).message };
    }
    // What a source provably can't read is proven for built-ins as they were.
    const reply = this.#run(realm, realm[entry], sent.whole, now, store);
    // One reference that is left holds the whole realm until this thread collects its garbage.
    if (!this.isDisposed) for (const part of Object.values(realm)) part.release();
    return reply;
  }

  /** What the last run cost, as its script tells it; undefined where that is not counted. */
  costs(): string | undefined {
    return this.#counting.at(-1)?.applySync(undefined, [null]);
  }

  /** How often each point of the compiled source's coverage was run, in all realms together; nothing where none is counted. */
  hits(): number[] {
    const sums: number[] = [];
    for (const counting of this.#counting) {
      const counts = counting.applySync(undefined, [null]).split(",");
      for (const [point, count] of counts.entries()) {
        sums[point] = (sums[point] ?? 0) + Number(count);
      }
    }
    return sums;
  }

  dispose(): void {
    this.#blank.dispose();
  }

  readonly #learn: Parameters<EventForm["shapes"]["teach"]>[1] = (...lesson) => {
    this.#realm.learnShape.applySync(undefined, [...lesson]);
  };

  /** The answer of a run that may have gone well, but left something behind that was rejected. */
  #rejected(realm: Realm, reason: Error | string | number | boolean | null | undefined): string {
    const isObject = typeof reason === "object" && reason !== null;
    const { name, message } = isObject ? reason : { name: "", message: String(reason) };
    const known = isObject ? `${name}: ${message}` : message;
    const kind = !isObject ? "text" : notAnError.test(message) ? "object" : "error";
    try {
      return realm.reject.applySync(undefined, [kind, known]);
    } catch (error) {
      // It was ended, or what made a text of the reason left a rejection behind as well.
      if (this.isDisposed) throw error;
      return realm.settle.applySync(undefined, []);
    }
  }

  /** What the guest says to an event, and whether it left something behind that was rejected. */
  #ask(
    realm: Realm,
    entry: Entry,
    given: [now: number, ...pieces: string[]],
  ): [reply: string, wasRejected: boolean] {
    try {
      const reply = entry.applySync(undefined, given);
      return [reply === "?" ? realm.settle.applySync(undefined, []) : reply, false];
    } catch (error) {
      if (this.isDisposed) throw error;
      return [this.#rejected(realm, error as Error), true];
    }
  }

  #load(realm: Realm): void {
    const compiled = this.#script.runSync(realm.context, { reference: true });
    const parameters = [
      compiled.derefInto(),
      this.#compiled.hasJobs,
      this.#blank.runtime === "cloudfront-js-2.0",
      limitsOf(this.#compiled.kind),
      this.#compiled.kind === "connection",
    ];
    realm.load.applySync(undefined, parameters as never);
    const { coverage, costs } = this.#compiled;
    if (coverage === undefined && costs === undefined) compiled.release();
    else this.#counting.push(compiled as CountingScript);
  }

  #run(realm: Realm, entry: Entry, text: string, now: number, store: StoreWindow): Reply {
    store.begin();
    this.#blank.answerWith(store.answer);
    const { repeats } = store;
    const isWatched = repeats?.onTouched !== undefined && text.includes(hiddenMark);
    if (repeats !== undefined && (repeats.seed > 0 || isWatched)) {
      realm.repeats.applySync(undefined, [repeats.seed, isWatched]);
    }
    this.#watchdog.enter(this.#watchId);
    let tookLong = false;
    try {
      let reply: string;
      let wasRejected: boolean;
      try {
        [reply, wasRejected] = this.#ask(realm, entry, inPieces(now, text));
        if (reply === "*") [reply] = realm.take.applySync(undefined, [], copied);
        if (isWatched) repeats.onTouched(realm.touched.applySync(undefined, []));
      } finally {
        tookLong = this.#watchdog.leave();
      }
      // See guest/invoke.ts.
      const readMore = reply.startsWith("!");
      const line = readMore || reply.startsWith("@") ? reply.indexOf("\n") : 0;
      return {
        type: "answer",
        text: line > 0 ? reply.slice(line + 1) : reply,
        isRepeatable: !readMore && !wasRejected,
        compared: readMore ? "" : reply.slice(1, line),
        seed: readMore ? Number(reply.slice(1, line)) : 0,
        tookLong,
      };
    } catch (error) {
      if (!this.isDisposed) throw error;
      return { type: "ended", message: (error as Error).message };
    }
  }
}
