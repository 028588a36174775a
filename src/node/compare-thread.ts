/** Compares a run with what is expected of it, on a thread that may be ended: compare-apart.ts starts it. */
import { parentPort, workerData } from "node:worker_threads";
import { findDifferences } from "../events/differences.ts";
import type { Comparison } from "./compare-apart.ts";

const { expectation, run } = workerData as Comparison;
parentPort?.postMessage(findDifferences(expectation, run));
