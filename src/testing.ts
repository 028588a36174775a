/**
 * For unit tests of CloudFront functions: loads one from a file and runs it in the real runtime, on events of
 * the test's own, or on those in files beside it.
 *
 * ```js
 * import { loadFunction, viewerRequest } from "footlight/testing";
 *
 * const rewrite = await loadFunction("rewrite.js");
 * const { request } = await rewrite.run(viewerRequest("GET /docs/"));
 * assert.equal(request.uri, "/docs/index.html");
 *
 * for (const { name, run } of await eventTests("rewrite.js")) test(name, run);
 * ```
 *
 * Works in node:test, Vitest and Jest (with NODE_OPTIONS=--experimental-vm-modules, since this is
 * an ES module); nothing needs to be started or stopped.
 */
import { fileURLToPath } from "node:url";
import type { Difference } from "./events/differences.ts";
import { readEventFile } from "./events/event-file.ts";
import { findFunctions } from "./events/find-events.ts";
import { readFunctionFile } from "./events/function-file.ts";
import { judgeSource, type JudgedSource } from "./node/judge-source.ts";
import type { DistributionConfig } from "./node/judge-source.ts";
import { runEventFile } from "./node/run-event-file.ts";
import { checkFunction, type Finding } from "./runtime/check/check-function.ts";
import type { RuntimeName } from "./runtime/runtime-name.ts";
import { requireRunOptions, shown } from "./runtime/testing/run-options.ts";
import type { EventObject, RequestObject, ResponseObject } from "./runtime/testing/short-event.ts";
import type { EdgeVerdict } from "./runtime/verdict.ts";

export { viewerRequest, viewerResponse } from "./runtime/testing/short-event.ts";
export type {
  EventEntry,
  EventMap,
  EventObject,
  RequestObject,
  ResponseObject,
  ShortRequest,
  ShortResponse,
} from "./runtime/testing/short-event.ts";
export { readEventFile, type EventFile } from "./events/event-file.ts";
export { EventFileError } from "./events/event-file-error.ts";
export { TypeScriptError } from "./events/function-file.ts";
export type { Circumstances } from "./events/circumstances.ts";
export type { Difference } from "./events/differences.ts";
export type { Expectation, ExpectedMap } from "./events/expectation.ts";
export type { ExpectedText, ExpectedValues } from "./events/expected-text.ts";
export type { Finding } from "./runtime/check/check-function.ts";
export type { EdgeVerdict } from "./runtime/verdict.ts";
export type { DistributionConfig } from "./node/judge-source.ts";

export interface LoadOptions {
  /** cloudfront-js-2.0 unless given. */
  readonly runtime?: RuntimeName;
  /** The associated key value store's pairs; without them there is no store. */
  readonly store?: Readonly<Record<string, string>>;
  /** What Date says during a run; the real time unless given. */
  readonly now?: Date;
  /** What Math.random's numbers follow from, the same each time: a whole number above 0; others each time unless given. */
  readonly seed?: number;
  /** Whose origins the origin helpers are judged by; those of any distribution unless given. */
  readonly distribution?: DistributionConfig;
}

export interface RunResult {
  /** The request that the function returned, if it returned one. */
  readonly request: RequestObject | undefined;
  /** The response that the function returned, if it returned one. */
  readonly response: ResponseObject | undefined;
  /** One entry per console.log. */
  readonly logs: readonly string[];
  /** 0 to 100, the same for the same function and event on every machine. */
  readonly computeUtilization: number;
  /**
   * What an edge would do with the result. TestFunction checks only that the code runs: a function that
   * changes a read-only header runs, and its viewers get a 502.
   */
  readonly edge: EdgeVerdict;
  /** The same in one sentence: "passes TestFunction; at the edge: 502, because …". */
  readonly verdict: string;
}

/** A run that failed; the message is what TestFunction's FunctionErrorMessage would be. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly logs: readonly string[];
  readonly computeUtilization: number;
  /** What an edge would do with the same failure. */
  readonly edge: EdgeVerdict;

  constructor(
    message: string,
    logs: readonly string[],
    computeUtilization: number,
    edge: EdgeVerdict,
  ) {
    super(message);
    this.logs = logs;
    this.computeUtilization = computeUtilization;
    this.edge = edge;
  }
}

export interface TestableFunction {
  /** @throws FunctionError, when the function throws, does not compile, or goes over a limit */
  run(event: EventObject): Promise<RunResult>;
  /** What CloudFront would refuse, and what to write instead. */
  check(): Finding[];
}

/**
 * @param file a path, or a file: URL such as `new URL("rewrite.js", import.meta.url)`; JavaScript, or TypeScript
 * @throws EventFileError, when there is no such file, or it is no text
 * @throws TypeScriptError, when a file of TypeScript has more than types to take out
 * @throws TypeError, when an option is unknown, or is not what it must be
 */
export async function loadFunction(
  file: string | URL,
  options: LoadOptions = {},
): Promise<TestableFunction> {
  return functionFrom(readFunctionFile(pathOf(file)), options);
}

/** An event beside a function, as a test. */
export interface EventTest {
  /** The event's file. */
  readonly file: string;
  /** The file's name without `.json`, unless it says another. */
  readonly name: string;
  /**
   * Takes no arguments, so that a test runner may be handed it as it is.
   *
   * @throws UnexpectedResult, when the function's result is not what the event's file expects
   */
  readonly run: () => Promise<RunResult | FailedRun>;
}

/** A run that failed as it was expected to. */
export interface FailedRun {
  readonly request?: undefined;
  readonly response?: undefined;
  /** What TestFunction's FunctionErrorMessage would be. */
  readonly errorMessage: string;
  readonly logs: readonly string[];
  readonly computeUtilization: number;
  readonly edge: EdgeVerdict;
  readonly verdict: string;
}

/** A result that is not what an event's file expects; the message has a line a difference. */
export class UnexpectedResult extends Error {
  override readonly name = "UnexpectedResult";
  readonly differences: readonly Difference[];

  constructor(file: string, differences: readonly Difference[], logs: readonly string[]) {
    const lines = differences.flatMap(({ at, expected, actual }) => [
      `  ${at}`,
      `    - expected ${expected}`,
      `    + got      ${actual}`,
    ]);
    const told = logs.map((log) => `  log: ${log}`);
    super([`${file} expects something else:`, ...lines, ...told].join("\n"));
    this.differences = differences;
  }
}

/**
 * The events of a function, in `NAME.events/` or `events/` beside it.
 *
 * @param file the function's, a path or a file: URL
 * @param options what counts for events that say nothing of it
 * @throws EventFileError, when there is no such function, or a file is no event
 * @throws TypeError, when an option is unknown, or is not what it must be
 */
export async function eventTests(
  file: string | URL,
  options: LoadOptions = {},
): Promise<EventTest[]> {
  requireRunOptions(options);
  const path = pathOf(file);
  const source = readFunctionFile(path);
  const { runtime, store: keys, now, seed, distribution } = options;
  const runOptions = { runtime, keys, now: now?.getTime(), seed, distribution };
  return findFunctions([path])
    .flatMap(({ events }) => events)
    .map((eventFile) => {
      const event = readEventFile(eventFile);
      return {
        file: eventFile,
        name: event.name,
        run: async () => {
          const { judged, differences } = await runEventFile(source, event, runOptions);
          const { errorMessage, logs, computeUtilization } = judged.test;
          if (differences.length > 0) throw new UnexpectedResult(eventFile, differences, logs);
          if (errorMessage === "") return resultOf(judged);
          const { edge, verdict } = judged;
          return { errorMessage, logs: [...logs], computeUtilization, edge, verdict };
        },
      };
    });
}

/**
 * @param source the function's JavaScript
 * @throws TypeError, when it is no text, or an option is unknown, or is not what it must be
 */
export function functionFrom(source: string, options: LoadOptions = {}): TestableFunction {
  if (typeof source !== "string") {
    throw new TypeError(`A function's source must be a text, got ${shown(source)}`);
  }
  requireRunOptions(options);
  const runtime = options.runtime ?? "cloudfront-js-2.0";
  return {
    check: () => checkFunction(source, runtime),
    async run(event) {
      const judged = await judgeSource({
        source,
        runtime,
        event: eventText(event),
        store: options.store,
        now: options.now?.getTime(),
        seed: options.seed,
        distribution: options.distribution,
      });
      const { test, edge } = judged;
      if (test.errorMessage !== "") {
        throw new FunctionError(test.errorMessage, [...test.logs], test.computeUtilization, edge);
      }
      return resultOf(judged);
    },
  };
}

function eventText(event: EventObject): string {
  try {
    const text: string | undefined = JSON.stringify(event);
    if (text !== undefined) return text;
  } catch (error) {
    const why = "An event must be what JSON can hold, as a function is passed it";
    throw new TypeError(`${why}: ${(error as Error).message}`, { cause: error });
  }
  throw new TypeError(
    `An event must be an object, as viewerRequest("/") makes one, got ${shown(event)}`,
  );
}

function pathOf(file: string | URL): string {
  if (typeof file === "string") return file;
  if (file instanceof URL && file.protocol === "file:") return fileURLToPath(file);
  throw new TypeError(
    `A function's file must be a path or a file: URL, got ${file instanceof URL ? file.href : shown(file)}`,
  );
}

function resultOf({ test, edge, verdict }: JudgedSource): RunResult {
  const output = JSON.parse(test.output) as {
    request?: RequestObject;
    response?: ResponseObject;
  };
  return {
    request: output.request,
    response: output.response,
    // Jest gives tests a realm of their own, whose arrays its matchers want; this makes one.
    logs: [...test.logs],
    computeUtilization: test.computeUtilization,
    edge,
    verdict,
  };
}
