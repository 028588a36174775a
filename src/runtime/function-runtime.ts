/**
 * What the rooms above see of the sandbox: a function's copy and an event go in, data comes out.
 *
 * The event travels flat, as strings and arrays of strings, and the object that the customer's
 * code sees is built inside the isolate; the answer comes back flat as well. Nothing here throws
 * because of what customer code does: every way to fail is an outcome.
 *
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure".
 */
import type { RunMemory } from "./remembered/run-memory.ts";
import type { Wanted } from "../base/wanted.ts";
import type { FunctionCopy } from "../model/function.ts";
import type { KeyValuePair } from "../model/key-value-store.ts";
import type { FunctionKind } from "./check/handler-name.ts";
import type { Finding } from "./check/check-function.ts";
import type { CertificateHeader } from "./guest/mtls.ts";
import type { RunCosts } from "./run-costs.ts";
import type { RuntimeName } from "./runtime-name.ts";

export type { CertificateHeader };

export type EventType = "viewer-request" | "viewer-response";

/** A viewer's request as a function may see it. */
export interface EventRequest {
  readonly method: string;
  /** The path as sent, still percent-encoded, without the query string. */
  readonly uri: string;
  /** The text after the first "?", undecoded; undefined when there is no "?". */
  readonly querystring: string | undefined;
  /** Names and values in turn, a pair a line as received, Cookie lines among them. */
  readonly headers: readonly string[];
}

/** The head of the response that a viewer-response function may change. */
export interface EventResponse {
  readonly statusCode: number;
  readonly statusDescription: string;
  /** Names and values in turn, a pair a line, Set-Cookie lines among them. */
  readonly headers: readonly string[];
}

/** The tenant that an event is of, where its distribution is a multi-tenant one. */
export interface EventTenant {
  /** The domain name of its connection group. */
  readonly endpoint: string;
  /** What the code may ask of it: a JSON list of its id and of its parameters' names and values, in ASCII. */
  readonly told: string;
}

/** Where the edge location is that the viewer came to. */
export interface EventLocation {
  /** Three capital letters, an airport's code. */
  readonly name: string;
  /** Of its regional edge cache. */
  readonly region: string;
}

export interface FunctionEvent {
  readonly eventType: EventType;
  readonly distributionDomainName: string;
  readonly distributionId: string;
  /** Its endpoint stands in the event in the place of the distribution's name. */
  readonly tenant?: EventTenant;
  /** What cf.edgeLocation tells in the place of where this edge is. */
  readonly edgeLocation?: EventLocation;
  /** The same as the response's X-Amz-Cf-Id. */
  readonly requestId: string;
  readonly viewerIp: string;
  readonly request: EventRequest;
  /** Present for viewer-response, and only then. */
  readonly response?: EventResponse;
}

/** The request that a viewer-request function returned, merged with what it may not see or change. */
export interface RequestResult {
  readonly uri: string;
  readonly querystring: string | undefined;
  /** The event's own array when the function left headers and cookies alone. */
  readonly headers: readonly string[];
}

/** The response that a function returned: generated, or the changed head of an origin's. */
export interface ResponseResult {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers: readonly string[];
  /** Absent when the function did not set one; empty when it removed it. */
  readonly body?: Uint8Array;
}

/** What an origin-changing helper asked for, checked in form; the edge carries it out. */
export interface OriginChange {
  readonly helper: "updateRequestOrigin" | "selectRequestOriginById" | "createRequestOriginGroup";
  readonly arguments: readonly unknown[];
}

/** How an invocation ended. */
export type Outcome =
  | {
      readonly type: "request";
      readonly request: RequestResult;
      readonly origin?: OriginChange;
      /** What cf.mtls was asked for, in order. */
      readonly certificates?: readonly CertificateHeader[];
      /** The very same object comes again for an event that has the same of all that it was made of. */
      readonly recurs?: true;
    }
  | {
      readonly type: "response";
      readonly response: ResponseResult;
      /**
       * The very same object comes again for the same event, or for the same array of a response's header lines:
       * what is made of it may be kept with it.
       */
      readonly recurs?: true;
    }
  /**
   * It threw, did not compile, or went over a limit. `message` is the engine's, for the author only, and so is
   * `line`: where in the source the error was made, from 1 on, absent where that is not known.
   */
  | { readonly type: "execution-error"; readonly message: string; readonly line?: number }
  /** It returned nothing, or nothing that is an object. `message` is the sentence of the error page. */
  | { readonly type: "no-result"; readonly message: string }
  /**
   * What it returned breaks a rule. `message` is the sentence of CloudFront's error page, `reason` what that
   * does not say, for the author only.
   */
  | { readonly type: "validation-error"; readonly message: string; readonly reason?: string };

/** How often a run read its key value store, and how often it could not, because it has none. */
export interface StoreCounts {
  readonly read: number;
  readonly failed: number;
}

export interface Invocation {
  readonly outcome: Outcome;
  /** One entry per console.log, cut at 10 KB in all. */
  readonly logs: readonly string[];
  /** What it gave cf.logCustomData(), at most 800 bytes in UTF-8; absent where it gave nothing. */
  readonly logData?: string;
  /** 0 to 100, counted, the same for the same function and event on every machine. */
  readonly computeUtilization: number;
  /** Absent where it asked no key value store for anything. */
  readonly storeCounts?: StoreCounts;
  /** What it asked, and was answered; absent where that is nothing. */
  readonly storeReads?: StoreReadsTold;
  /** What the clock said, in milliseconds since the epoch; absent where it was not asked, or the answer was remembered. */
  readonly ranAt?: number;
  /** What its chance followed from; absent where it asked for none. */
  readonly seed?: number;
  /** Set when the run wanted to change a built-in, and was repeated in a realm made for it, which takes some 5 ms. */
  readonly tookRealm?: true;
  /** Why the run's isolate was ended from outside: it held the thread too long, or V8's heap was full. */
  readonly wasEnded?: "time" | "memory";
  /** How much CPU time a long run took, in milliseconds. Only told of copies that took long a little earlier. */
  readonly heldMs?: number;
}

/** A question to a key value store, as the guest put it, and the answer: see store-answers.ts. */
export interface StoreRead {
  readonly question: string;
  readonly key: string;
  readonly answer: string;
}

export interface StoreReadsTold {
  readonly reads: readonly StoreRead[];
  /** Whether none was left out because there were many, or long ones. */
  readonly isWhole: boolean;
}

/** What a run had of what is not in its event. */
export interface RunInputs {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What its chance follows from: a whole number above 0, below 2 ** 53. */
  readonly seed: number;
  readonly store: KeyValueReader | undefined;
}

/** How a run came out that repeats another. */
export interface RepeatedInvocation extends Invocation {
  /** What its handler read of values that stand for others, like "cookie session": see hidden-values.ts. */
  readonly touched: readonly string[];
}

/** A sandbox that can also run a function as it ran before. */
export interface RepeatingRuntime extends FunctionRuntime {
  /** Runs a copy with inputs that are given: the same have the same outcome, each time. */
  repeat(copy: FunctionCopy, event: FunctionEvent, inputs: RunInputs): RepeatedInvocation;
}

/** Read access to the key value store that is associated with a function, at one revision. Another is another object. */
export interface KeyValueReader {
  /** The store's id, a lower-case UUID. */
  readonly id: string;
  get(key: string): string | undefined;
  readonly keyCount: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}

/** A store that can be sent to another process as well. */
export interface KeyValueContents extends KeyValueReader {
  entries(): Iterable<KeyValuePair>;
}

/** The members of CloudFront's TestResult that a run decides. */
export interface TestRun {
  readonly computeUtilization: number;
  readonly logs: readonly string[];
  /** Empty when the function succeeded. */
  readonly errorMessage: string;
  /** JSON text, `{"request":{…}}` or `{"response":{…}}`; empty when the function failed. */
  readonly output: string;
}

/** Who wants to know of a run. */
export interface RunWatcher {
  /** Told before the function's code runs; not when what it answered before is enough. */
  readonly willRun?: () => void;
}

/** Whom a function is run for. */
export interface RunRequest extends RunWatcher {
  /** Of the very object that the event's request is; absent where that does not come again. */
  readonly memory?: RunMemory | undefined;
  /** The function's name, for the log. */
  readonly name: string;
  /** Tells whether nobody waits for the answer any more. */
  readonly viewer: Pick<Wanted, "isOver">;
}

/** Why there was no run: too many wait already, or nobody waits for this one any more. */
export interface NotRun {
  readonly type: "throttled" | "unwanted";
}

/** What an edge asks about functions. */
export interface EdgeFunctions {
  /**
   * Runs a function once, on fresh state. The answer comes at once, or later when the copy runs apart
   * from the edge's own thread.
   */
  run(
    copy: FunctionCopy,
    event: FunctionEvent,
    store: KeyValueContents | undefined,
    request: RunRequest,
  ): Invocation | Promise<Invocation | NotRun>;
}

/** A run of a copy on a test event as TestFunction does it, and one as an edge does it. */
export interface BothRuns {
  readonly test: TestRun;
  /** The event as an edge would have it of a viewer. */
  readonly event: FunctionEvent;
  readonly outcome: Outcome;
  /** Absent where it was not asked for, and of code that does not compile. */
  readonly costs?: RunCosts;
}

export interface FunctionRuntime {
  /**
   * Runs a function once, on fresh state.
   *
   * @param copy which code; its isolate is kept for as long as it is in use, and found by identity
   * @param store the associated key value store, if the function has one
   * @param memory of the very object that the event's request is, if that comes again
   */
  run(
    copy: FunctionCopy,
    event: FunctionEvent,
    store?: KeyValueReader,
    watcher?: RunWatcher,
    memory?: RunMemory,
  ): Invocation;

  /**
   * Runs a function on a test event, as TestFunction does: what it returns is rendered, not
   * checked against the rules of header names and origins.
   *
   * @param eventObject the event's JSON text
   * @throws InvalidEventObject, when the text is no event
   */
  test(copy: FunctionCopy, eventObject: string, store?: KeyValueReader): TestRun;

  /** Compiles ahead of the first request. Code that does not compile is not an error here. */
  prepare(copy: FunctionCopy): void;

  /**
   * Compiles what may be published next, in steps of a few milliseconds at most, so that its publish finds it done. None of it
   * is run, and nothing of it is seen.
   */
  foresee(copy: FunctionCopy): Generator<void, void>;

  /** Says that a copy that was foreseen won't be published: what it came to is let go of. */
  forgo(copy: FunctionCopy): void;

  /** Says that a copy was replaced or deleted: its isolate is let go of when its last runs are over. */
  retire(copy: FunctionCopy): void;

  /** Ends all isolates and the watchdog. */
  close(): Promise<void>;
}

/**
 * What the control plane asks about functions, which is done in processes that may die of it: code
 * that nobody has run yet can hold its thread for good, or abort its process.
 */
export interface FunctionTester {
  /**
   * As FunctionRuntime's.
   *
   * @throws InvalidEventObject, when the text is no event
   * @throws HostFailure, when the run outlived its time or its process, or none could be had
   */
  test(copy: FunctionCopy, eventObject: string, store?: KeyValueContents): Promise<TestRun>;

  /**
   * What CloudFront would refuse in a source.
   *
   * @throws HostFailure, as test() does
   */
  check(source: string, runtime: RuntimeName, kind: FunctionKind): Promise<readonly Finding[]>;

  close(): void;
}

/** What a test run is given that is not in its event, and what is asked of it. */
export interface TestCircumstances {
  /** What Date says, in milliseconds since the epoch; the real time unless given. */
  readonly now?: number | undefined;
  /** What Math.random's numbers follow from: a whole number above 0, below 2 ** 53; others each time unless given. */
  readonly seed?: number | undefined;
  /** Whether it is told what of it costs most, which takes another run. */
  readonly costs?: boolean | undefined;
}

/** The same for what an edge would make of the result. */
export interface BothWaysTester {
  /**
   * Runs a copy on a test event twice: see run-both-ways.ts.
   *
   * @throws as FunctionTester.test() does
   */
  testBothWays(
    copy: FunctionCopy,
    eventObject: string,
    store?: KeyValueContents,
    circumstances?: TestCircumstances,
  ): Promise<BothRuns>;
}

/** A test event that is not JSON, or lacks what every event has. The message says which member. */
export class InvalidEventObject extends Error {
  override readonly name = "InvalidEventObject";
}
