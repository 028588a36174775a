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
}

export type TestReply =
  | { readonly id: number; readonly runs: BothRuns }
  | { readonly id: number; readonly problem: string };

interface Waiting {
  readonly resolve: (runs: BothRuns) => void;
  readonly reject: (error: Error) => void;
}

let child: ChildProcess | undefined;
let lastId = 0;
const waiting = new Map<number, Waiting>();

export function runInTestProcess(order: Omit<TestOrder, "id">): Promise<BothRuns> {
  const target = (child ??= startChild());
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    target.ref();
    target.channel?.ref();
    target.send({ ...order, id } satisfies TestOrder);
  });
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
    if (waiting.size > 0) return;
    // Nothing is asked, so nothing keeps the tests' process from ending.
    started.unref();
    started.channel?.unref();
  });
  started.on("exit", (code, signal) => {
    child = undefined;
    for (const { reject } of waiting.values()) {
      reject(
        new Error(`The process that runs functions ended with ${signal ?? `exit code ${code}`}`),
      );
    }
    waiting.clear();
  });
  return started;
}

function settle(reply: TestReply): void {
  const asked = waiting.get(reply.id);
  waiting.delete(reply.id);
  if ("runs" in reply) asked?.resolve(reply.runs);
  else asked?.reject(new Error(reply.problem));
}
