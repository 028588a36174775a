/**
 * Given to a node by `NODE_OPTIONS=--import`: its edge workers write down how much processor time each turn of theirs took, four times a
 * second, into the file that FOOTLIGHT_TEST_TURNS names. Others' work on the machine adds little to that, and to what viewers wait much.
 */
import { appendFileSync } from "node:fs";

const file = process.env["FOOTLIGHT_TEST_TURNS"];
/** Shorter ones are many, and nobody waits for them. */
const shortestUs = 300;

if (file !== undefined && process.argv[1]?.includes("edge-worker") === true) {
  let turns: string[] = [];
  let before = process.threadCpuUsage();
  // Of a busy worker that is in each turn.
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    if (user + system >= shortestUs) turns.push(`${Date.now()} ${user + system}\n`);
  }, 1).unref();
  setInterval(() => {
    if (turns.length > 0) appendFileSync(file, turns.join(""));
    turns = [];
    before = process.threadCpuUsage();
  }, 250).unref();
}
