/**
 * The process that runs functions for unit tests, started with what isolated-vm needs.
 *
 * A test runner starts Node as it likes; the sandbox wants `--no-node-snapshot`. So it lives in a
 * child process, one for each process that tests functions, which ends with it.
 */
import { fork, type ChildProcess } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { BothRuns } from "../function-runtime.ts";
import type { Coverage } from "../isolate-runtime.ts";
import type { RuntimeName } from "../runtime-name.ts";

/** What the child is asked. */
export interface TestOrder {
  readonly id: number;
  readonly source: string;
  readonly runtime: RuntimeName;
  readonly event: string;
  readonly store: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since the epoch; undefined for the real time. */
  readonly now: number | undefined;
  /** What Math.random's numbers follow from: a whole number above 0, below 2 ** 53; undefined for others each time. */
  readonly seed: number | undefined;
  /** Whether what of it is run is counted. */
  readonly coverage?: boolean | undefined;
}

export interface CountedRuns extends BothRuns {
  /** What the test run has run; absent where it was not asked for, and of code that does not compile. */
  readonly coverage?: Coverage;
}

export type TestReply =
  | { readonly id: number; readonly runs: CountedRuns }
  | { readonly id: number; readonly problem: string };

interface Waiting {
  readonly order: TestOrder;
  readonly resolve: (runs: CountedRuns) => void;
  readonly reject: (error: Error) => void;
}

/**
 * How long one order may take: far more than the watchdog leaves a run, also on a busy machine. What even the
 * watchdog can't end would hold its process, and whoever waits, for good.
 */
const deadlineMs = 20_000;

let child: ChildProcess | undefined;
let lastId = 0;
/** In the order in which they are done. */
const waiting = new Map<number, Waiting>();
let deadline: NodeJS.Timeout | undefined;

/** @throws Error, when the run outlived its time or its process */
export function runInTestProcess(order: Omit<TestOrder, "id">): Promise<CountedRuns> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    send({ order: { ...order, id }, resolve, reject });
  });
}

function send(asked: Waiting): void {
  const target = (child ??= startChild());
  waiting.set(asked.order.id, asked);
  target.ref();
  target.channel?.ref();
  if (waiting.size === 1) watchFirst();
  target.send(asked.order);
}

function watchFirst(): void {
  clearTimeout(deadline);
  if (waiting.size > 0) deadline = setTimeout(endFirst, deadlineMs);
}

function endFirst(): void {
  child?.kill("SIGKILL");
  failFirst(`The function ran for ${deadlineMs / 1000} s, and its process was ended`);
}

/** The run that a process was at is what ended it; the others are done in another. */
function failFirst(why: string): void {
  child = undefined;
  const [first, ...others] = waiting.values();
  waiting.clear();
  watchFirst();
  first?.reject(new Error(why));
  for (const other of others) send(other);
}

function startChild(): ChildProcess {
  const file = new URL(`test-child${extname(import.meta.url)}`, import.meta.url);
  const started = fork(fileURLToPath(file), {
    execArgv: ["--no-node-snapshot"],
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Bodies are bytes.
    serialization: "advanced",
  });
  started.on("message", (message) => {
    settle(message as TestReply);
    watchFirst();
    if (waiting.size > 0) return;
    // Nothing is asked, so nothing keeps the tests' process from ending.
    started.unref();
    started.channel?.unref();
  });
  started.on("exit", (code, signal) => {
    if (child !== started) return;
    failFirst(`The process that runs functions ended with ${signal ?? `exit code ${code}`}`);
  });
  return started;
}

function settle(reply: TestReply): void {
  const asked = waiting.get(reply.id);
  waiting.delete(reply.id);
  if ("runs" in reply) asked?.resolve(reply.runs);
  else asked?.reject(new Error(reply.problem));
}
