/** Runs functions for unit tests, as test-process.ts asks; ends when it is no longer asked. */
import type { FunctionCopy } from "../../model/function.ts";
import type { KeyValueReader } from "../function-runtime.ts";
import {
  type Coverage,
  type CountingRuntime,
  createCountingRuntime,
  createRuntime,
  type RuntimeOptions,
} from "../isolate-runtime.ts";
import { runBothWays } from "./run-both-ways.ts";
import type { TestOrder, TestReply } from "./test-process.ts";

let now: number | undefined;
let seed: number | undefined;
const options: RuntimeOptions = {
  now: () => (now === undefined ? new Date() : new Date(now)),
  seed: () => seed ?? 0,
  maxIsolates: 32,
  // Nobody else waits here, and a machine that runs tests may be busy with others.
  watchdogMs: 2000,
};
const runtime = createRuntime(options);
/** Undefined before coverage is asked for. */
let counting: CountingRuntime | undefined;
const copies = new Map<string, FunctionCopy>();

function copyOf({ source, runtime }: TestOrder): FunctionCopy {
  const key = `${runtime}\n${source}`;
  let copy = copies.get(key);
  if (copy === undefined) {
    copy = {
      config: { Comment: "", Runtime: runtime },
      code: Buffer.from(source).toString("base64"),
      version: 1,
      createdTime: "1970-01-01T00:00:00.000Z",
      lastModifiedTime: "1970-01-01T00:00:00.000Z",
    };
    copies.set(key, copy);
  }
  return copy;
}

function readerOf(store: Readonly<Record<string, string>>): KeyValueReader {
  return {
    id: "00000000-0000-4000-8000-000000000000",
    get: (key) => (Object.hasOwn(store, key) ? store[key] : undefined),
    keyCount: Object.keys(store).length,
    createdTime: "1970-01-01T00:00:00.000Z",
    lastUpdatedTime: "1970-01-01T00:00:00.000Z",
  };
}

/** Once more, and what that run has counted: with the others it would count what they run, too. */
function countedRun(
  order: TestOrder,
  store: KeyValueReader | undefined,
): { readonly coverage?: Coverage } {
  counting ??= createCountingRuntime(options);
  const copy = copyOf(order);
  const before = counting.coverageOf(copy)?.hits;
  counting.test(copy, order.event, store);
  const after = counting.coverageOf(copy);
  if (after === undefined) return {};
  const hits = after.hits.map((count, point) => count - (before?.[point] ?? 0));
  return { coverage: { ...after, hits } };
}

function answer(order: TestOrder): TestReply {
  ({ now, seed } = order);
  try {
    const store = order.store && readerOf(order.store);
    const runs = runBothWays(runtime, copyOf(order), order.event, store);
    return { id: order.id, runs: order.coverage ? { ...runs, ...countedRun(order, store) } : runs };
  } catch (error) {
    return { id: order.id, problem: (error as Error).message };
  }
}

process.on("message", (order: TestOrder) => {
  process.send?.(answer(order));
});
process.on("disconnect", () => {
  void Promise.all([runtime.close(), counting?.close()]).then(() => process.exit(0));
});
