/**
 * For unit tests of CloudFront functions: loads one from a file and runs it in the real runtime.
 *
 * ```js
 * import { loadFunction, viewerRequest } from "footlight/testing";
 *
 * const rewrite = await loadFunction("rewrite.js");
 * const { request } = await rewrite.run(viewerRequest("GET /docs/"));
 * assert.equal(request.uri, "/docs/index.html");
 * ```
 *
 * Works in node:test, Vitest and Jest (with NODE_OPTIONS=--experimental-vm-modules, since this is
 * an ES module); nothing needs to be started or stopped.
 */
import { readFile } from "node:fs/promises";
import { judgeSource } from "./node/judge-source.ts";
import type { DistributionConfig } from "./node/judge-source.ts";
import { checkFunction, type Finding } from "./runtime/check/check-function.ts";
import type { RuntimeName } from "./runtime/runtime-name.ts";
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

/** @param file a path, or a file: URL such as `new URL("rewrite.js", import.meta.url)` */
export async function loadFunction(
  file: string | URL,
  options: LoadOptions = {},
): Promise<TestableFunction> {
  return functionFrom(await readFile(file, "utf8"), options);
}

/** @param source the function's JavaScript */
export function functionFrom(source: string, options: LoadOptions = {}): TestableFunction {
  const runtime = options.runtime ?? "cloudfront-js-2.0";
  return {
    check: () => checkFunction(source, runtime),
    async run(event) {
      const {
        test: run,
        edge,
        verdict,
      } = await judgeSource({
        source,
        runtime,
        event: JSON.stringify(event),
        store: options.store,
        now: options.now?.getTime(),
        distribution: options.distribution,
      });
      if (run.errorMessage !== "") {
        throw new FunctionError(run.errorMessage, [...run.logs], run.computeUtilization, edge);
      }
      const output = JSON.parse(run.output) as {
        request?: RequestObject;
        response?: ResponseObject;
      };
      return {
        request: output.request,
        response: output.response,
        // Jest gives tests a realm of their own, whose arrays its matchers want; this makes one.
        logs: [...run.logs],
        computeUtilization: run.computeUtilization,
        edge,
        verdict,
      };
    },
  };
}
