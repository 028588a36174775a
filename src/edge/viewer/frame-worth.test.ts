import assert from "node:assert/strict";
import { test } from "node:test";
import { isFlooded } from "./frame-worth.ts";

const mb = 2 ** 20;
const carrying = (bytesSent: number, bodyBytes: number) => [{ viewer: { bytesSent, bodyBytes } }];

test("isFlooded() sets what was read against what was carried", () => {
  assert.equal(isFlooded(mb / 16, 0, 0, []), false);
  assert.equal(isFlooded(mb / 16 + 1, 0, 0, []), true);
  assert.equal(isFlooded(5 * mb, 0, mb, []), false);
  assert.equal(isFlooded(7 * mb, 0, mb, []), true);
});

test("isFlooded() counts what streams that are open have carried, in each direction", () => {
  assert.equal(isFlooded(101 * mb, 0, 300, carrying(0, 100 * mb)), false);
  assert.equal(isFlooded(20 * mb, 0, 300, carrying(4 * mb, 0)), false);
  // A body of which each byte has a frame of its own.
  assert.equal(isFlooded(10 * mb, 0, 300, carrying(0, mb)), true);
});

test("isFlooded() lets a connection of hours be asked whether it is there", () => {
  // A ping in ten seconds, with what TLS has around it.
  const hours = 24;
  assert.equal(isFlooded(hours * 360 * 60, hours * 3_600_000, 0, []), false);
});
