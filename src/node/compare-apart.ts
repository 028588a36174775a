/**
 * Compares a run with what somebody who calls the API expects of it. Regular expressions of theirs, of which a few in a row may
 * hold a thread for long, are tried on a thread of their own, which is ended when it takes too long.
 */
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { findDifferences, type Difference, type RunToCompare } from "../events/differences.ts";
import type { Expectation } from "../events/expectation.ts";
import { InvalidArgument } from "../model/errors.ts";

export interface Comparison {
  readonly expectation: Expectation | undefined;
  readonly run: RunToCompare;
}

/** With the thread's start. */
const deadlineMs = 3000;

/** @throws InvalidArgument, when regular expressions go on and on */
export async function compareApart({
  expectation,
  run,
}: Comparison): Promise<readonly Difference[]> {
  if (!hasPattern(expectation)) return findDifferences(expectation, run);
  const file = new URL(`compare-thread${extname(import.meta.url)}`, import.meta.url);
  const thread = new Worker(file, {
    workerData: { expectation, run } satisfies Comparison,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  const ending = setTimeout(() => void thread.terminate(), deadlineMs);
  try {
    const ended = once(thread, "exit").then(() => {
      throw new Error(
        `The expectation's regular expressions were not done in ${deadlineMs / 1000} s: write them without a repetition in a repetition`,
      );
    });
    const [differences] = (await Promise.race([once(thread, "message"), ended])) as [Difference[]];
    return differences;
  } catch (error) {
    throw new InvalidArgument((error as Error).message);
  } finally {
    clearTimeout(ending);
    void thread.terminate();
  }
}

/** Whether anything in it is compared by a regular expression. */
function hasPattern(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => name === "matches" || hasPattern(member));
}
