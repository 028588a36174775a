import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import { decodeSession, encodeSession, type Session } from "./session-cookie.ts";

const sessions = { idleTtl: 300, maximumTtl: 600, key: createSecretKey(Buffer.alloc(32, 1)) };
const session: Session = { isStaged: true, began: 1000, seen: 1200 };
const text = encodeSession(session, sessions);

test("decodeSession() gives back what encodeSession() was given", () => {
  assert.deepEqual(decodeSession(text, sessions, 1200), session);
  const other = { isStaged: false, began: 1, seen: 2 };
  assert.deepEqual(decodeSession(encodeSession(other, sessions), sessions, 2), other);
});

const times: readonly (readonly [now: number, isOn: boolean, why: string])[] = [
  [1499, true, "within IdleTTL"],
  [1500, false, "when IdleTTL is over"],
  [1150, true, "when this edge's clock is a little behind"],
  [1139, false, "when it was seen in the future"],
];

for (const [now, isOn, why] of times) {
  test(`decodeSession() ${isOn ? "takes" : "ends"} a session ${why}`, () => {
    assert.equal(decodeSession(text, sessions, now) !== undefined, isOn);
  });
}

test("decodeSession() ends a session when MaximumTTL is over, however lately it was seen", () => {
  const late = encodeSession({ ...session, seen: 1599 }, sessions);
  assert.notEqual(decodeSession(late, sessions, 1599), undefined);
  assert.equal(decodeSession(late, sessions, 1600), undefined);
});

const forged: Readonly<Record<string, string>> = {
  "another side": text.replace("staging", "primary"),
  "a later beginning": text.replace(".1000.", ".1100."),
  "a later request": text.replace(".1200.", ".1300."),
  "another signature": text.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
  "half a signature": text.slice(0, -5),
  "a longer signature": `${text}A`,
  "no signature": text.slice(0, text.lastIndexOf(".")),
  nothing: "",
  "a signature beyond ASCII": text.replace(/.$/, "é"),
};

for (const [what, value] of Object.entries(forged)) {
  test(`decodeSession() takes no session with ${what}`, () => {
    assert.equal(decodeSession(value, sessions, 1200), undefined);
  });
}

test("decodeSession() takes no session that another key signed", () => {
  assert.equal(
    decodeSession(text, { ...sessions, key: createSecretKey(Buffer.alloc(32, 2)) }, 1200),
    undefined,
  );
});
