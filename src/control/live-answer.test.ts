import assert from "node:assert/strict";
import { test } from "node:test";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { ApiError } from "../model/errors.ts";
import { liveAnswer, type LivePage } from "./live-answer.ts";

const pace = { everyMs: 1, silentLooksMax: 3 };
const news = (n: number): LivePage => ({ data: { n }, isNews: true });
const nothing: LivePage = { data: {}, isNews: false };

/** @returns the lines until so many have come, or it has ended */
async function linesOf(
  pages: readonly (LivePage | undefined | Error)[],
  wanted: number,
  requireStanding = () => {},
): Promise<{ readonly lines: readonly unknown[]; readonly looks: number; readonly log: string }> {
  let looks = 0;
  const next = async (): Promise<LivePage | undefined> => {
    const page = pages[Math.min(looks, pages.length - 1)];
    looks += 1;
    if (page instanceof Error) throw page;
    return page;
  };
  const logger = notedLogger();
  const caller = { requireStanding };
  const { body, following, headers } = liveAnswer(
    { first: { n: 0 }, next },
    { caller, requestId: "r1" },
    logger,
    pace,
  );
  assert.equal(headers["content-type"], "application/x-ndjson");
  const lines = [String(body)];
  const ending = new AbortController();
  for await (const line of following!(ending.signal)) {
    lines.push(line);
    if (lines.length === wanted) ending.abort();
  }
  assert.ok(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1));
  return { lines: lines.map((line) => JSON.parse(line)), looks, log: logger.lines.join("\n") };
}

test("a line comes for each page with news, and one now and then that says that it goes on", async () => {
  const { lines, looks } = await linesOf([news(1), nothing, undefined, nothing, nothing], 3);
  const told = [{ n: 0 }, { n: 1 }, {}].map((data) => ({ success: true, data }));
  assert.deepEqual([lines, looks], [told, 4]);
});

test("no page is read before the one before was taken", async () => {
  let looks = 0;
  const next = async () => news((looks += 1));
  const caller = { requireStanding: () => {} };
  const answer = liveAnswer({ first: {}, next }, { caller, requestId: "" }, notedLogger(), pace);
  const lines = answer.following!(new AbortController().signal)[Symbol.asyncIterator]();
  await lines.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(looks, 1);
  await lines.return?.();
});

test("the last line says that the caller's key has ended", async () => {
  let checks = 0;
  const { lines, looks } = await linesOf([news(1)], 9, () => {
    checks += 1;
    if (checks > 1) throw new ApiError("ExpiredToken", "It is over");
  });
  const error = { code: "EXPIRED_TOKEN", message: "It is over", request_id: "r1" };
  assert.deepEqual(lines.slice(1), [
    { success: true, data: { n: 1 } },
    { success: false, error },
  ]);
  assert.equal(looks, 1);
});

test("a fault of ours ends it, is in the log, and is not told", async () => {
  const { lines, log } = await linesOf([new Error("the disk is on fire")], 9);
  assert.match(JSON.stringify(lines.at(-1)), /INTERNAL_FAILURE.*r1/);
  assert.doesNotMatch(JSON.stringify(lines), /on fire/);
  assert.match(log, /an answer could not go on/);
});
