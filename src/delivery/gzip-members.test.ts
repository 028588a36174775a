import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { GzipMembers } from "./gzip-members.ts";

test("each member is whole by itself, and all of them are a file", async () => {
  const members = new GzipMembers();
  const texts = [
    "",
    "a\n",
    "b".repeat(3_000_000),
    ...Array.from({ length: 40 }, (_, n) => `${n}\n`),
  ];
  // Asked for at once, as several files do.
  const made = await Promise.all(texts.map((text) => members.make(Buffer.from(text))));
  for (const [index, member] of made.entries()) {
    assert.equal(gunzipSync(member).toString(), texts[index]);
  }
  assert.equal(gunzipSync(Buffer.concat(made)).toString(), texts.join(""));
});

test("what does not compress is in a member too", async () => {
  const members = new GzipMembers();
  const bytes = Buffer.from(
    Array.from({ length: 2_500_000 }, (_, n) => Math.imul(n, 2_654_435_761) >>> 13),
  );
  for (let count = 0; count < 3; count += 1) {
    assert.ok(gunzipSync(await members.make(bytes)).equals(bytes));
  }
});
