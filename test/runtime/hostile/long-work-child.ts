/**
 * The child of long-work.test.ts: runs every so-manieth of the sources, and says of each how long it
 * took and whether the watchdog had to end it.
 */
import { silentLogger } from "../../../src/base/logger.ts";
import { createRuntime } from "../../../src/runtime/isolate-runtime.ts";
import { copyOf, sampleEvent } from "../../support/sample-copy.ts";
import { longWork } from "./long-work.ts";

const [every = 1, watchdogMs = 1000] = process.argv.slice(2).map(Number);
let wasEnded = false;
const logger = {
  ...silentLogger,
  warn: (): void => {
    wasEnded = true;
  },
};
const runtime = createRuntime({ watchdogMs, maxIsolates: 4, logger });
for (let at = 0; at < longWork.length; at += every) {
  const work = longWork[at];
  if (!work) break;
  process.stdout.write(`${JSON.stringify({ at })}\n`);
  const copy = copyOf(work.source, work.runtime);
  runtime.prepare(copy);
  wasEnded = false;
  const start = performance.now();
  runtime.run(copy, sampleEvent);
  const ms = performance.now() - start;
  process.stdout.write(`${JSON.stringify({ at, ms, wasEnded })}\n`);
}
await runtime.close();
