import assert from "node:assert/strict";
import { test } from "node:test";
import { hourOf, openSealed, sealingKey, ValueSealer } from "./sealed-values.ts";

const root = Buffer.alloc(32, 5);
const at = Date.UTC(2026, 0, 1, 12, 30);
const hash = "abcdefghijklmnopqrstuv";

function sealed(value: string, name = "fn"): string {
  return new ValueSealer(root).seal({ kind: "cookie", name, value, hash, at });
}

function keysOf(name: string, hour = hourOf(at)): ReadonlyMap<number, Uint8Array> {
  return new Map([[hour, sealingKey(root, name, hour)]]);
}

test("a sealed value is opened by the key of its function and hour alone", () => {
  const value = 'a "quoted" \\ value, ünïcode';
  const text = JSON.stringify({ line: `session=${sealed(value)}; a=b` });
  assert.ok(!text.includes("quoted"));
  const { text: opened, values } = openSealed(text, keysOf("fn"));
  assert.deepEqual(JSON.parse(opened), { line: `session=${value}; a=b` });
  assert.deepEqual(values, [value]);
  for (const keys of [keysOf("other"), keysOf("fn", hourOf(at) - 1), new Map()]) {
    const closed = openSealed(text, keys);
    assert.deepEqual(JSON.parse(closed.text), { line: `session=hashed-cookie-${hash}; a=b` });
    assert.deepEqual(closed.values, []);
  }
});

test("the same value is sealed in another way each time, with the same hash", () => {
  const [one, other] = [sealed("value"), sealed("value")];
  assert.notEqual(one, other);
  assert.equal(one.slice(0, 36), other.slice(0, 36));
});

test("what was tampered with, or only looks sealed, is told as a hash", () => {
  const whole = sealed("value");
  const changed = `${whole.slice(0, -2)}${whole.endsWith("AA") ? "BB" : "AA"}`;
  const moved = whole.replace("-cookie-", "-header-");
  const short = `sealed-query-${hash}.${hourOf(at).toString(36)}.AAAA`;
  for (const text of [changed, moved, short]) {
    assert.match(openSealed(text, keysOf("fn")).text, /^hashed-(?:cookie|header|query)-[\w-]{22}$/);
  }
});
