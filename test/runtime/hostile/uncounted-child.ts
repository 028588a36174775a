/** The child of uncounted.test.ts: runs each attempt, and says before and after what it is at. */
import type { Outcome } from "../../../src/runtime/function-runtime.ts";
import { createRuntime } from "../../../src/runtime/isolate-runtime.ts";
import { repeatedAttempts, uncountedAttempts } from "./uncounted.ts";
import { cpuMsOf } from "../../support/cpu-ms-of.ts";
import { copyOf, sampleEvent } from "../../support/sample-copy.ts";

const ending = (outcome: Outcome): unknown => {
  if (outcome.type === "response") {
    return { body: Buffer.from(outcome.response.body ?? []).toString() };
  }
  if (outcome.type !== "execution-error") return outcome.type;
  return /MemoryError|compute limit/.test(outcome.message) ? "limit" : "error";
};

const runtime = createRuntime({ watchdogMs: 100, maxIsolates: 4 });
const runs = [
  ...uncountedAttempts.map((attempt) => ({ ...attempt, times: 2 })),
  ...repeatedAttempts.map((attempt) => ({ ...attempt, times: 300 })),
];
for (const { what, source, times } of runs) {
  process.stdout.write(`${JSON.stringify({ begins: what })}\n`);
  const copy = copyOf(source);
  let ends: unknown;
  let slowestMs = 0;
  for (let i = 0; i < times; i += 1) {
    const ms = cpuMsOf(() => (ends = ending(runtime.run(copy, sampleEvent).outcome)));
    slowestMs = Math.max(slowestMs, ms);
  }
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ what, ends, slowestMs, peakMb })}\n`);
}
await runtime.close();
