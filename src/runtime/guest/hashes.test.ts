/**
 * The guest's hashes against OpenSSL's. FOOTLIGHT_FUZZ_HASHES says how many random messages; the seed is fixed.
 */
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { guestHashes } from "./hashes.ts";
import { guestKit } from "./kit.ts";

const howMany = Number(process.env["FOOTLIGHT_FUZZ_HASHES"] ?? 300);
const hashes = guestHashes(guestKit(1e9, 1e9));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

let state = 20_261_128;
const random = (): number =>
  (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(random() * 256));

function check(message: Uint8Array, key: Uint8Array): void {
  for (const name of ["md5", "sha1", "sha256"] as const) {
    const what = `${name} of ${message.length} bytes, a key of ${key.length}`;
    const digest = hashes[name];
    assert.equal(hex(digest(message)), createHash(name).update(message).digest("hex"), what);
    const expected = createHmac(name, key).update(message).digest("hex");
    assert.equal(hex(hashes.hmac(digest, key, message)), expected, what);
  }
}

test("hashes are those of OpenSSL, for each length around the ends of blocks", () => {
  for (let length = 0; length <= 200; length += 1) check(bytesOf(length), bytesOf(length));
  for (const byte of [0, 0x7f, 0x80, 0xff]) check(new Uint8Array(130).fill(byte), bytesOf(64));
});

test("hashes are those of OpenSSL, for random messages and keys", () => {
  for (let i = 0; i < howMany; i += 1) {
    check(bytesOf(Math.floor(random() * 3000)), bytesOf(Math.floor(random() * 150)));
  }
  check(bytesOf(100_000), bytesOf(100));
});

test("a hash leaves what it was given as it was, and nothing of it behind", () => {
  const [message, key] = [bytesOf(77), bytesOf(77)];
  const before = hex(message) + hex(key);
  const expected = createHash("sha1").update("abc").digest("hex");
  for (const name of ["md5", "sha1", "sha256"] as const) {
    hashes.hmac(hashes[name], key, message);
    assert.equal(hex(hashes.sha1(Buffer.from("abc"))), expected, name);
  }
  assert.equal(hex(message) + hex(key), before);
});
