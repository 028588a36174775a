/**
 * A host's process: does what host-process.ts asks, one job after the other.
 *
 * What it runs may hold its thread for good, or take the process with it. It ends when whoever
 * started it is gone, even while it is held: see watch-parent.ts.
 */
import type { KeyValuePair } from "../../model/key-value-store.ts";
import type { FunctionCopy } from "../../model/function.ts";
import { checkFunction } from "../check/check-function.ts";
import { InvalidEventObject } from "../function-runtime.ts";
import type {
  FunctionRuntime,
  Invocation,
  KeyValueReader,
  TestCircumstances,
} from "../function-runtime.ts";
import { runBothWays } from "../testing/run-both-ways.ts";
import type {
  FromHost,
  HostAnswer,
  HostSettings,
  Job,
  SentStore,
  ToHost,
} from "./host-messages.ts";
import type { CostingRuntime, RuntimeOptions } from "../isolate-runtime.ts";
import type { RunCosts } from "../run-costs.ts";
import { watchParent } from "./watch-parent.ts";

/** A store of which the pairs have been sent, or are being sent. */
class ReceivedStore implements KeyValueReader {
  readonly id: string;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
  readonly #pairs = new Map<string, string>();

  constructor({ id, createdTime, lastUpdatedTime }: SentStore) {
    this.id = id;
    this.createdTime = createdTime;
    this.lastUpdatedTime = lastUpdatedTime;
  }

  get keyCount(): number {
    return this.#pairs.size;
  }

  get(key: string): string | undefined {
    return this.#pairs.get(key);
  }

  add(pairs: readonly KeyValuePair[]): void {
    for (const [key, value] of pairs) this.#pairs.set(key, value);
  }
}

const settings = JSON.parse(process.argv[2] ?? "{}") as HostSettings;
const copies = new Map<number, FunctionCopy>();
const stores = new Map<number, ReceivedStore>();
let runtime: FunctionRuntime | undefined;
/** Undefined before costs are asked for. */
let costing: CostingRuntime | undefined;
/** Of the job that is done just now. */
let circumstances: TestCircumstances = {};
const runtimeOptions: RuntimeOptions = {
  ...settings,
  now: () => (circumstances.now === undefined ? new Date() : new Date(circumstances.now)),
  seed: () => circumstances.seed ?? 0,
};
/** What is asked comes in order, and the sandbox is loaded on the way. */
let turn = Promise.resolve();

watchParent();
process.on("message", (message: ToHost) => hear(message));
process.on("disconnect", () => process.exit(0));
// Whoever started it decides when it ends; a signal to the whole group must cut off no job.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
if (settings.isReadyToRun) runtime = await loadRuntime();
tell({ type: "ready" });

function hear(message: ToHost): void {
  switch (message.type) {
    case "copy":
      copies.set(message.id, message.copy);
      break;
    case "store":
      stores.set(message.id, new ReceivedStore(message.store));
      break;
    case "pairs":
      stores.get(message.id)?.add(message.pairs);
      break;
    case "forget":
      copies.delete(message.id);
      stores.delete(message.id);
      break;
    case "job":
      turn = turn.then(async () => tell(await answer(message.job)));
  }
}

async function answer(job: Job): Promise<HostAnswer> {
  try {
    if (job.type === "check") {
      return { type: "checked", findings: checkFunction(job.source, job.runtime, job.kind) };
    }
    const sandbox = (runtime ??= await loadRuntime());
    const copy = requireKnown(copies, job.copy);
    const store = job.store === undefined ? undefined : requireKnown(stores, job.store);
    if (job.type === "test") return { type: "tested", run: sandbox.test(copy, job.event, store) };
    if (job.type === "test-both-ways") {
      ({ circumstances } = job);
      return { type: "tested-both-ways", runs: runBothWays(sandbox, copy, job.event, store) };
    }
    if (job.type === "costs") {
      ({ circumstances } = job);
      return { type: "costed", costs: await costsOf(copy, job.event, store) };
    }
    const invocation = sandbox.run(copy, job.event, store);
    return { type: "ran", invocation, keepsHeaders: keepsHeaders(invocation, job) };
  } catch (error) {
    const { message } = error as Error;
    return { type: error instanceof InvalidEventObject ? "no-event" : "failed", message };
  } finally {
    circumstances = {};
  }
}

/** Reading sources needs no sandbox, and loading it takes most of a process's start. */
async function loadRuntime(): Promise<FunctionRuntime> {
  const { createRuntime } = await import("../isolate-runtime.ts");
  return createRuntime(runtimeOptions);
}

/** With what tells them compiled in. */
async function costsOf(
  copy: FunctionCopy,
  event: string,
  store: KeyValueReader | undefined,
): Promise<RunCosts | undefined> {
  const { createCostingRuntime } = await import("../isolate-runtime.ts");
  const { runCosts } = await import("../run-costs.ts");
  costing ??= createCostingRuntime({ ...runtimeOptions, maxIsolates: 1 });
  costing.test(copy, event, store);
  const told = costing.costsOf(copy);
  return told && runCosts(told);
}

function requireKnown<Value>(known: ReadonlyMap<number, Value>, id: number): Value {
  const value = known.get(id);
  if (value === undefined) throw new Error(`Nothing was sent with the number ${id}`);
  return value;
}

function keepsHeaders({ outcome }: Invocation, { event }: Job & { type: "run" }): boolean {
  if (outcome.type === "request") return outcome.request.headers === event.request.headers;
  return outcome.type === "response" && outcome.response.headers === event.response?.headers;
}

function tell(message: FromHost): void {
  process.send?.(message);
}
