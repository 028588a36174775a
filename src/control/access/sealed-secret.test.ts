import assert from "node:assert/strict";
import { test } from "node:test";
import { openSecret, sealSecret } from "./sealed-secret.ts";

const secretKey = new Uint8Array(32).fill(1);
const unreadable =
  /^Error: The secret of access key \w+ cannot be read: it was encrypted with another secret key$/;

test("openSecret() gives back what sealSecret() was given", () => {
  assert.equal(openSecret(secretKey, "AKIA1", sealSecret(secretKey, "AKIA1", "sécret")), "sécret");
});

test("sealSecret() seals the same secret differently each time, and never shows it", () => {
  const [first, second] = [1, 2].map(() => sealSecret(secretKey, "AKIA1", "secret"));
  assert.notEqual(first, second);
  assert.ok(!first!.includes(Buffer.from("secret").toString("base64")));
});

test("openSecret() refuses another secret key, another id, and any changed byte", () => {
  const sealed = sealSecret(secretKey, "AKIA1", "secret");
  assert.throws(() => openSecret(new Uint8Array(32), "AKIA1", sealed), unreadable);
  assert.throws(() => openSecret(secretKey, "AKIA2", sealed), unreadable);
  const bytes = Buffer.from(sealed.slice(3), "base64");
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1;
    const text = `v1:${changed.toString("base64")}`;
    assert.throws(() => openSecret(secretKey, "AKIA1", text), unreadable);
  }
  assert.throws(() => openSecret(secretKey, "AKIA1", "v1:"), unreadable);
});
