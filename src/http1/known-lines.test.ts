import assert from "node:assert/strict";
import { test } from "node:test";
import { isRecurring } from "../base/recurring-lines.ts";
import { readPlainHeads } from "./read-plain-heads.ts";

/** @returns the header lines of the only head that is read */
function linesOf(text: string): readonly string[] {
  const heads = readPlainHeads(Buffer.from(text, "latin1"));
  assert.equal(heads?.length, 1);
  return heads[0]!.headers;
}

const head = (path: string, cookie: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\n\r\n`;

test("lines that come again are the very same array, whatever is asked for", () => {
  linesOf(head("/1", "same"));
  linesOf(head("/2", "same"));
  const third = linesOf(head("/three", "same"));
  assert.ok(isRecurring(third));
  assert.equal(linesOf(head("/4", "same")), third);
  assert.deepEqual(third, ["Host", "a", "Cookie", "same"]);
});

test("lines are known by all of their bytes", () => {
  // Beyond the number of bytes that are looked at first.
  const cookie = "c".repeat(300);
  for (let time = 0; time < 4; time += 1) linesOf(head("/", cookie));
  for (let at = 0; at < cookie.length; at += 1) {
    const other = `${cookie.slice(0, at)}d${cookie.slice(at + 1)}`;
    for (let time = 0; time < 4; time += 1) {
      assert.deepEqual(linesOf(head("/", other)), ["Host", "a", "Cookie", other]);
    }
  }
});

test("lines that differ where they are not looked at first are not kept", () => {
  const heads = Array.from({ length: 100 }, (_none, at) => {
    const cookie = "c".repeat(at) + "d" + "c".repeat(199 - at);
    return isRecurring(linesOf(head("/", cookie)));
  });
  assert.ok(!heads.includes(true));
});

test("lines that come once, of long heads and of pipelined ones are not kept", () => {
  assert.ok(!isRecurring(linesOf(head("/", "once"))));
  const long = "l".repeat(5000);
  for (let time = 0; time < 4; time += 1) assert.ok(!isRecurring(linesOf(head("/", long))));
  const pair = head("/", "pair");
  for (let time = 0; time < 4; time += 1) {
    const heads = readPlainHeads(Buffer.from(pair + pair, "latin1"));
    assert.deepEqual(
      heads?.map(({ headers }) => isRecurring(headers)),
      [false, false],
    );
  }
});

test("lines of hundreds of hosts in turn are known, each by its own", () => {
  const headOf = (site: number): string =>
    `GET /${site} HTTP/1.1\r\nHost: d1site${site}abc.cloudfront.localhost\r\nAccept: */*\r\nUser-Agent: ${"u".repeat(200)}\r\n\r\n`;
  let known = 0;
  for (let round = 0; round < 4; round += 1) {
    known = 0;
    for (let site = 0; site < 200; site += 1) {
      const lines = linesOf(headOf(site));
      assert.equal(lines[1], `d1site${site}abc.cloudfront.localhost`);
      if (isRecurring(lines)) known += 1;
    }
  }
  assert.ok(known >= 190, `${known} of 200`);
});
