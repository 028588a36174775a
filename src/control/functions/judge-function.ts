/**
 * `POST /footlight/v1/functions/verdict`: TestFunction, and what the edge would do with the result; and
 * `POST /footlight/v1/functions/NAME/verdict`, the same of code that nobody has saved.
 *
 * Both take what stands beside an event in a file of `footlight test`, and say where the run is not as expected. TestFunction
 * itself stays as AWS has it on both faces.
 */
import type { Logger } from "../../base/logger.ts";
import { InvalidArgument } from "../../model/errors.ts";
import type { Distribution } from "../../model/distribution.ts";
import { functionEtag, type FunctionCopy } from "../../model/function.ts";
import type { Stage } from "../../model/stage.ts";
import type {
  BothRuns,
  BothWaysTester,
  FunctionTester,
  KeyValueContents,
  TestCircumstances,
  TestRun,
} from "../../runtime/function-runtime.ts";
import type { RuntimeName } from "../../runtime/runtime-name.ts";
import { verdictSentence, type EdgeVerdict } from "../../runtime/verdict.ts";
import { readerFor } from "../../state/key-value-reader.ts";
import type { State } from "../../state/state.ts";
import { requireDistribution } from "../distributions/find-distribution.ts";
import { readJsonBody } from "../read-json-body.ts";
import { requireCopy } from "./find-function.ts";
import { runTest } from "./run-test.ts";

/** A run as an expectation compares it. */
export interface JudgedRun {
  readonly test: TestRun;
  readonly edge: EdgeVerdict;
}

/** What is expected in the words of a person, and what came. */
export interface RunDifference {
  /** What it is about, like `headers.location`. */
  readonly at: string;
  readonly expected: string;
  readonly actual: string;
}

/** What stands beside an event: what a run is given, and what must hold of it. */
export interface EventSurroundings {
  readonly runtime: RuntimeName | undefined;
  /** In the place of the function's own; undefined for that. */
  readonly store: KeyValueContents | undefined;
  readonly circumstances: TestCircumstances;
  /** @throws InvalidArgument, when its regular expressions go on and on */
  readonly findDifferences: (run: JudgedRun) => Promise<readonly RunDifference[]>;
}

/** What a verdict is made by. */
export interface FunctionJudge {
  readonly tester: BothWaysTester & Pick<FunctionTester, "check">;
  /** Says what the edge would do with what a function returned. */
  readonly atEdge: (runs: BothRuns, distribution: Distribution | undefined) => Promise<EdgeVerdict>;
  /** @throws InvalidArgument, naming the member that is unknown or wrong */
  readonly readSurroundings: (expect: unknown, given: unknown) => Promise<EventSurroundings>;
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
  const { name, stage, ...subject } = readOrder(body);
  const state = current();
  const { fn, copy } = requireCopy(state, name, stage);
  const judged = await judgeCopy(fn.name, copy, subject, { state, judge, logger });
  return { id: fn.name, stage, etag: functionEtag(copy), ...judged };
}

/**
 * Runs code in the place of what DEVELOPMENT holds, with the key value store that this reads. Nothing is saved.
 *
 * @throws as judgeFunction() does
 */
export async function judgeSource(
  name: string,
  body: Uint8Array,
  { state: current, judge, logger }: Surroundings,
): Promise<object> {
  const { source, ...rest } = readJsonBody(body, ["source", ...subjectMembers]);
  if (typeof source !== "string") throw new InvalidArgument("source must be the code, as text");
  const subject = readSubject(rest);
  const state = current();
  const { fn, copy } = requireCopy(state, name, "DEVELOPMENT");
  const code = Buffer.from(source).toString("base64");
  const judged = await judgeCopy(fn.name, { ...copy, code }, subject, { state, judge, logger });
  return { id: fn.name, ...judged };
}

interface Subject {
  readonly event: object;
  /** The id of the one whose origins count. */
  readonly distribution: string | undefined;
  readonly expect: unknown;
  readonly given: unknown;
  /** Whether what of it costs most is asked for. */
  readonly costs: boolean;
}

const subjectMembers = ["event", "distribution", "expect", "given", "costs"];

async function judgeCopy(
  name: string,
  copy: FunctionCopy,
  { event, distribution: id, expect, given, costs }: Subject,
  { state, judge, logger }: Omit<Surroundings, "state"> & { readonly state: State },
): Promise<object> {
  const distribution = id === undefined ? undefined : requireDistribution(state, id);
  const around = await judge.readSurroundings(expect, given);
  const { store = readerFor(state, copy) } = around;
  const circumstances = { ...around.circumstances, costs };
  const asRun = runIn(copy, around.runtime);
  const runs = await runTest(name, logger, () =>
    judge.tester.testBothWays(asRun, JSON.stringify(event), store, circumstances),
  );
  const edge = await judge.atEdge(runs, distribution);
  const { computeUtilization, logs, errorMessage, output } = runs.test;
  return {
    verdict: verdictSentence(runs.test, edge),
    test: {
      compute_utilization: computeUtilization,
      logs,
      error_message: errorMessage,
      output,
    },
    edge,
    differences: await around.findDifferences({ test: runs.test, edge }),
    ...(runs.costs && { costs: runs.costs }),
  };
}

function runIn(copy: FunctionCopy, runtime: RuntimeName | undefined): FunctionCopy {
  if (runtime === undefined || runtime === copy.config.Runtime) return copy;
  return { ...copy, config: { ...copy.config, Runtime: runtime } };
}

interface Order extends Subject {
  readonly name: string;
  readonly stage: Stage;
}

function readOrder(body: Uint8Array): Order {
  const {
    name,
    stage = "DEVELOPMENT",
    ...rest
  } = readJsonBody(body, [...["name", "stage"], ...subjectMembers]);
  if (typeof name !== "string" || name === "") {
    throw new InvalidArgument("name must be the name of a function");
  }
  if (stage !== "DEVELOPMENT" && stage !== "LIVE") {
    throw new InvalidArgument("stage must be DEVELOPMENT or LIVE");
  }
  return { name, stage, ...readSubject(rest) };
}

function readSubject(members: Readonly<Record<string, unknown>>): Subject {
  const { event, distribution, expect, given, costs = false } = members;
  if (typeof costs !== "boolean") throw new InvalidArgument("costs must be true or false");
  return {
    ...{ event: readEvent(event), distribution: readDistribution(distribution) },
    ...{ expect, given, costs },
  };
}

function readEvent(event: unknown): object {
  if (typeof event === "object" && event !== null) return event;
  throw new InvalidArgument("event must be an event object, as JSON and not encoded");
}

function readDistribution(distribution: unknown): string | undefined {
  if (distribution === undefined || typeof distribution === "string") return distribution;
  throw new InvalidArgument("distribution must be the id of a distribution");
}
