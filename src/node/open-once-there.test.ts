import assert from "node:assert/strict";
import { test } from "node:test";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { StreamsToCome } from "../log/jetstream-streams.ts";
import { openOnceThere } from "./open-once-there.ts";

const toCome = new Error("Cannot open the change log", { cause: new StreamsToCome("none yet") });

/** @returns what opens in the end, after it has thrown these */
function openAfter(...errors: readonly Error[]): () => Promise<string> {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return "opened";
  };
}

test("openOnceThere() waits for a log that may come, and says once for what", async () => {
  const logger = notedLogger();
  const refused = new Error("Cannot reach it", { cause: new Error("connect ECONNREFUSED ::1") });
  const opened = await openOnceThere(openAfter(refused, toCome), { waitMs: 60_000, logger });
  assert.equal(opened, "opened");
  assert.equal(logger.lines.length, 1);
  assert.match(logger.lines.join(), /waiting for the change log/);
});

test("openOnceThere() gives up when the time is over, and at once where a person has to act", async () => {
  const logger = notedLogger();
  await assert.rejects(openOnceThere(openAfter(toCome), { waitMs: 0, logger }), toCome);
  const foreign = new Error("the stream is another program's");
  await assert.rejects(openOnceThere(openAfter(foreign), { waitMs: 60_000, logger }), foreign);
});
