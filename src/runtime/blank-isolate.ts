/**
 * An isolate with the harness in place and no function yet, made ahead of need.
 *
 * It may read a script before it is known to be the one that runs here. Reading runs none of it: what another function
 * finds, if one comes first, is the same.
 */
import ivm from "isolated-vm";
import "./collect-at-exit.ts";
import type { EdgeLocation } from "./guest/cloudfront.ts";
import { functionFile, guestSource } from "./guest-source.ts";
import type { RuntimeName } from "./runtime-name.ts";
import type { Watchdog } from "./watchdog.ts";

/** Answers the guest's questions about the key value store; see guest/cloudfront.ts. */
export type AnswerStoreQuestion = (question: string, key: string) => string;

export type Entry = ivm.Reference<(now: number, ...pieces: string[]) => string>;

/** What is known of a rejection's reason; see guest/invoke.ts. */
type LostReason = "text" | "error" | "object";

export interface Realm {
  readonly context: ivm.Context;
  readonly load: ivm.Reference<(...parameters: never[]) => void>;
  readonly invoke: Entry;
  readonly invokeTest: Entry;
  readonly learnShape: ivm.Reference<
    (number: number, cookieName: string, names: string, leftOut: number) => void
  >;
  readonly settle: ivm.Reference<() => string>;
  readonly reject: ivm.Reference<(reason: LostReason, known: string) => string>;
  readonly repeats: ivm.Reference<(seed: number, marks: boolean) => void>;
  readonly touched: ivm.Reference<() => string>;
  readonly take: ivm.Reference<() => [string]>;
}

/** A script as V8 has read it. */
interface ReadScript {
  readonly text: string;
  readonly compiled: ivm.Script;
}

/** How many scripts are read in vain: each leaves a kilobyte behind. */
const readsMax = 100;

export class BlankIsolate {
  readonly isolate: ivm.Isolate;
  readonly runtime: RuntimeName;
  readonly #harness: ivm.Script;
  #first: Realm | undefined;
  #answer: AnswerStoreQuestion = () => "";
  readonly #readStore: ivm.Callback;
  #read: ReadScript | undefined;
  #reads = 0;
  #guard: { readonly watchdog: Watchdog; readonly id: number } | undefined;

  constructor(runtime: RuntimeName, memoryLimitMb: number, place?: EdgeLocation) {
    this.runtime = runtime;
    this.isolate = new ivm.Isolate({ memoryLimit: memoryLimitMb });
    this.#readStore = new ivm.Callback((question: string, key: string) =>
      this.#answer(question, key),
    );
    this.#harness = compileHarness(this.isolate, guestSource(runtime, place));
    this.#first = this.newRealm(true);
    this.#warm(this.#first);
  }

  /** Runs a function that does nothing, so that V8 has compiled the harness before the first request. */
  #warm({ context, load, invoke, settle }: Realm): void {
    const compiled = this.isolate.compileScriptSync(warmUpScript);
    const fn: ivm.Reference = compiled.runSync(context, { reference: true });
    const is20 = this.runtime === "cloudfront-js-2.0";
    load.applySync(undefined, [fn.derefInto(), true, is20] as never);
    for (const lines of warmUpEvents) {
      invoke.applySync(undefined, [0, lines]);
      settle.applySync(undefined, []);
    }
  }

  takeFirstRealm(): Realm {
    const first = this.#first ?? this.newRealm(true);
    this.#first = undefined;
    return first;
  }

  newRealm(frozen: boolean): Realm {
    const context = this.isolate.createContextSync();
    const boot = this.#harness.runSync(context, { reference: true }) as ivm.Reference<
      (...parameters: never[]) => unknown
    >;
    const entry = boot.applySync(undefined, [frozen, this.#readStore] as never, {
      result: { reference: true },
    }) as ivm.Reference<Record<string, never>>;
    const part = (name: string): never => entry.getSync(name, { reference: true }) as never;
    const realm: Realm = {
      context,
      load: part("load"),
      invoke: part("invoke"),
      invokeTest: part("invokeTest"),
      learnShape: part("learnShape"),
      settle: part("settle"),
      reject: part("reject"),
      repeats: part("repeats"),
      touched: part("touched"),
      take: part("take"),
    };
    boot.release();
    entry.release();
    return realm;
  }

  /** Puts it under guard, unless it is. @returns the number to call the watchdog's `enter` with */
  guardBy(watchdog: Watchdog): number {
    this.#guard ??= { watchdog, id: watchdog.add(this.isolate) };
    return this.#guard.id;
  }

  /** Whether another should take its place: it has read many scripts in vain, or had no memory for one. */
  get isWorn(): boolean {
    return this.#reads > readsMax || this.isolate.isDisposed;
  }

  /** Has V8 read a script in the place of any that it read before. Nothing where V8 refuses it: whoever runs it is told. */
  read(text: string): void {
    if (this.#read?.text === text) return;
    this.forgetRead();
    this.#reads += 1;
    try {
      this.#read = { text, compiled: this.#compile(text) };
    } catch {
      // It says so again.
    }
  }

  /** Whether there is a script that it has read and that nothing has run yet. */
  get hasRead(): boolean {
    return this.#read !== undefined;
  }

  forgetRead(): void {
    this.#read?.compiled.release();
    this.#read = undefined;
  }

  /**
   * @returns a function's script, as it was read where that is the very same text
   * @throws what V8 says of it
   */
  scriptOf(text: string): ivm.Script {
    if (this.#read?.text !== text) this.forgetRead();
    const compiled = this.#read?.compiled ?? this.#compile(text);
    this.#read = undefined;
    return compiled;
  }

  #compile(text: string): ivm.Script {
    return this.isolate.compileScriptSync(text, { filename: functionFile });
  }

  dispose(): void {
    this.#guard?.watchdog.remove(this.#guard.id);
    this.#guard = undefined;
    if (!this.isolate.isDisposed) this.isolate.dispose();
  }

  answerWith(answer: AnswerStoreQuestion): void {
    this.#answer = answer;
  }
}

/** As dialect/compile-function.ts makes one; it rewrites a URI, adds a header, and touches both events. */
const warmUpScript = `(function () { return function () { return function (event) {
  var uri = event.request.uri;
  if (event.response) { event.response.headers["x-warm"] = { value: uri }; return event.response; }
  if (uri.endsWith("/")) event.request.headers["x-warm"] = { value: uri };
  else event.request.uri = uri + "/";
  return event.request;
} } })`;

const warmUpRequest = "\nd\ne\nr\n::1\nGET\n/\n?a=1&b\n03\nhost\nh\ncookie\na=1; b=2\naccept\n*/*";
const warmUpEvents = [
  `viewer-request${warmUpRequest}`,
  `viewer-request${warmUpRequest.replace("\n/\n", "\n/x\n")}`,
  `viewer-response${warmUpRequest}\n200\nOK\n02\nserver\ns\nset-cookie\na=1; Path=/`,
];

/** V8's compiled form of the harness, by its text, so that an isolate need not parse it again. */
const harnessCache = new Map<string, ivm.ExternalCopy<ArrayBuffer>>();

function compileHarness(isolate: ivm.Isolate, source: string): ivm.Script {
  const cachedData = harnessCache.get(source);
  if (cachedData !== undefined) return isolate.compileScriptSync(source, { cachedData });
  const script = isolate.compileScriptSync(source, { produceCachedData: true });
  const produced = (script as { cachedData?: ivm.ExternalCopy<ArrayBuffer> }).cachedData;
  if (produced !== undefined) harnessCache.set(source, produced);
  return script;
}
