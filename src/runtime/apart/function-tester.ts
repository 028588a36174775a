/** Tests and checks functions in hosts: the control plane's way to the sandbox. */
import { mainThreadCpuMs } from "../../base/main-thread-cpu.ts";
import type { BothWaysTester, FunctionTester } from "../function-runtime.ts";
import { InvalidEventObject } from "../function-runtime.ts";
import { HostFailure } from "./host-failure.ts";
import type { HostAnswer, HostSettings } from "./host-messages.ts";
import { HostPool } from "./host-pool.ts";

export interface FunctionTesterOptions extends HostSettings {
  /** Processes at once, by default 4. One is always left for checks. */
  readonly max?: number;
  /** How long one test or check may take, in milliseconds: 3000 unless given. */
  readonly deadlineMs?: number;
  /** And how long where others have the processor meanwhile: five times as long unless given. */
  readonly starvedDeadlineMs?: number;
  /** How long a process without work is kept, in milliseconds: 10,000 unless given. */
  readonly idleMs?: number;
}

/**
 * Isolates that a process keeps, some 5 MB each: what is tested has usually just been changed, so that the
 * next test is of another copy.
 */
const isolatesMax = 4;
/**
 * Lower than that of workers and of the API, which four busy processes would keep waiting, and higher than
 * the slow lane's: somebody waits for the test.
 */
const niceness = 5;
/** As long as in the slow lane: a process that gives way to others uses the clock without working. */
const patientMs = 250;

export function createFunctionTester(
  options: FunctionTesterOptions = {},
): FunctionTester & BothWaysTester {
  const { max = 4, deadlineMs = 3000, idleMs = 10_000, ...rest } = options;
  // On a busy machine, what gives way to others may have had no turn by its deadline.
  const { starvedDeadlineMs = 5 * deadlineMs, ...settings } = rest;
  const pool = new HostPool({
    settings: { watchdogMs: patientMs, maxIsolates: isolatesMax, ...settings },
    max,
    deadlineMs,
    starved: { deadlineMs: starvedDeadlineMs, workedMs: mainThreadCpuMs },
    idleMs,
    waitingMax: 256,
    niceness,
  });
  return {
    async test(copy, event, store) {
      const answer = await pool.perform({ type: "test", copy, event, store }, 1);
      if (answer.type === "no-event") throw new InvalidEventObject(answer.message);
      if (answer.type !== "tested") throw unexpected(answer);
      return answer.run;
    },
    async testBothWays(copy, event, store, circumstances = {}) {
      const order = { copy, event, store, circumstances };
      const answer = await pool.perform({ type: "test-both-ways", ...order }, 1);
      if (answer.type === "no-event") throw new InvalidEventObject(answer.message);
      if (answer.type !== "tested-both-ways") throw unexpected(answer);
      if (circumstances.costs !== true) return answer.runs;
      // In a time of its own, and no loss to the run when that is over.
      const costed = await pool.perform({ type: "costs", ...order }, 1).catch(noHost);
      if (costed?.type !== "costed" || costed.costs === undefined) return answer.runs;
      return { ...answer.runs, costs: costed.costs };
    },
    async check(source, runtime, kind) {
      const answer = await pool.perform({ type: "check", source, runtime, kind });
      if (answer.type !== "checked") throw unexpected(answer);
      return answer.findings;
    },
    close: () => pool.close(),
  };
}

function noHost(error: unknown): undefined {
  if (!(error instanceof HostFailure)) throw error;
}

function unexpected(answer: HostAnswer): Error {
  const what = answer.type === "failed" ? answer.message : `it answered "${answer.type}"`;
  return new Error(`A host could not do what it was asked: ${what}`);
}
