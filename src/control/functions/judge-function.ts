/**
 * `POST /footlight/v1/functions/verdict`: TestFunction, and what the edge would do with the result.
 *
 * TestFunction itself stays as AWS has it on both faces.
 */
import { decodeUtf8 } from "../../base/decode-utf8.ts";
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import type { Logger } from "../../base/logger.ts";
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { Distribution } from "../../model/distribution.ts";
import { functionEtag } from "../../model/function.ts";
import type { Stage } from "../../model/stage.ts";
import type { BothRuns, BothWaysTester } from "../../runtime/function-runtime.ts";
import { verdictSentence, type EdgeVerdict } from "../../runtime/verdict.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import type { State } from "../../state/state.ts";
import { requireDistribution } from "../distributions/find-distribution.ts";
import { requireCopy } from "./find-function.ts";
import { runTest } from "./run-test.ts";

/** What a verdict is made by. */
export interface FunctionJudge {
  readonly tester: BothWaysTester;
  /** Says what the edge would do with what a function returned. */
  readonly atEdge: (runs: BothRuns, distribution: Distribution | undefined) => Promise<EdgeVerdict>;
}

interface Surroundings {
  readonly state: () => State;
  readonly judge: FunctionJudge;
  readonly logger: Logger;
}

/**
 * @throws NoSuchFunctionExists, when nothing has that name in that stage
 * @throws NoSuchDistribution, when the account has none with that id
 * @throws InvalidArgument, when the body makes no sense, or the event is none
 * @throws TestFunctionFailed, as TestFunction does
 */
export async function judgeFunction(
  body: Uint8Array,
  { state: current, judge, logger }: Surroundings,
): Promise<object> {
  const { name, stage, event, distribution: id } = readOrder(body);
  const state = current();
  const { fn, copy } = requireCopy(state, name, stage);
  const distribution = id === undefined ? undefined : requireDistribution(state, id);
  const runs = await runTest(fn.name, logger, () =>
    judge.tester.testBothWays(copy, JSON.stringify(event), readerFor(state, copy)),
  );
  const edge = await judge.atEdge(runs, distribution);
  const { computeUtilization, logs, errorMessage, output } = runs.test;
  return {
    id: fn.name,
    stage,
    etag: functionEtag(copy),
    verdict: verdictSentence(runs.test, edge),
    test: {
      compute_utilization: computeUtilization,
      logs,
      error_message: errorMessage,
      output,
    },
    edge,
  };
}

interface Order {
  readonly name: string;
  readonly stage: Stage;
  readonly event: object;
  readonly distribution: string | undefined;
}

const members = ["name", "stage", "event", "distribution"];

function readOrder(body: Uint8Array): Order {
  const given = readObject(body);
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgument(`There is no member "${unknown}": it takes ${members.join(", ")}`);
  }
  const { name, stage = "DEVELOPMENT", event, distribution } = given;
  if (typeof name !== "string" || name === "") {
    throw new InvalidArgument("name must be the name of a function");
  }
  if (stage !== "DEVELOPMENT" && stage !== "LIVE") {
    throw new InvalidArgument("stage must be DEVELOPMENT or LIVE");
  }
  if (typeof event !== "object" || event === null) {
    throw new InvalidArgument("event must be an event object, as JSON and not encoded");
  }
  if (distribution !== undefined && typeof distribution !== "string") {
    throw new InvalidArgument("distribution must be the id of a distribution");
  }
  return { name, stage, event, distribution };
}

function readObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseStrictJson(decodeUtf8(body) ?? "");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new ApiError("InvalidArgument", `The body ${error.message}`, { cause: error });
  }
  throw new InvalidArgument(`The body must be a JSON object with ${members.join(", ")}`);
}
