import assert from "node:assert/strict";
import { test } from "node:test";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { StreamsToCome } from "../log/jetstream-streams.ts";
import { LogFailure } from "../log/log-failure.ts";
import { onceAnswered, openOnceThere } from "./open-once-there.ts";

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

test("onceAnswered() does again what a silent server broke off, and says once why", async () => {
  const logger = notedLogger();
  const silent = new LogFailure("unreachable", "Cannot read it: no answer in time");
  const done = await onceAnswered(openAfter(silent, silent), { waitMs: 60_000, logger });
  assert.equal(done, "opened");
  assert.equal(logger.lines.length, 1);
  assert.match(logger.lines.join(), /waiting for the change log.*no answer in time/);
});

test("onceAnswered() waits for who fell silent to be started again", async () => {
  const logger = notedLogger();
  const silent = new LogFailure("unreachable", "Cannot read it: no answer in time");
  const refused = new Error("Cannot reach it", { cause: new Error("connect ECONNREFUSED ::1") });
  const act = openAfter(silent, refused, refused);
  assert.equal(await onceAnswered(act, { waitMs: 60_000, logger }), "opened");
});

test("onceAnswered() gives up when silences took too long together, and at once for all else", async () => {
  const logger = notedLogger();
  const silent = new LogFailure("unreachable", "Cannot read it: no answer in time");
  const always = openAfter(...Array.from({ length: 1000 }, () => silent));
  const beganAt = performance.now();
  await assert.rejects(onceAnswered(always, { waitMs: 300, logger }), silent);
  assert.ok(performance.now() - beganAt >= 300);
  // Nobody listens, nobody made it: an address that was mistyped, which is said at once.
  const refused = new Error("Cannot reach it", { cause: new Error("connect ECONNREFUSED ::1") });
  for (const error of [refused, toCome, new LogFailure("full", "the disk is full")]) {
    await assert.rejects(onceAnswered(openAfter(error), { waitMs: 60_000, logger }), error);
  }
});
