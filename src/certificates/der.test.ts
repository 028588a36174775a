/** What is read and written of DER, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derTags, identifierText, readDer, readDerList, writeDer } from "./der.ts";

test("what is written is read again, whatever its length", () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    const content = Buffer.alloc(length, 7);
    const whole = writeDer(derTags.octetString, content);
    assert.deepEqual(readDer(whole).content, content, String(length));
    assert.equal(readDerList(Buffer.concat([whole, whole])).length, 2);
  }
});

test("what is cut off, has no length or more than one value is malformed", () => {
  for (const bytes of [[], [0x30], [0x30, 1], [0x30, 0x80, 0, 0], [0x1f, 1, 0], [0x30, 0, 0]]) {
    assert.throws(() => readDer(Buffer.from(bytes)), { name: "MalformedDer" }, bytes.join(" "));
  }
});

test("identifierText() writes identifiers as registries do", () => {
  const text = (hex: string) => identifierText(readDer(Buffer.from(hex, "hex")));
  assert.equal(text("06082a8648ce3d040302"), "1.2.840.10045.4.3.2");
  assert.equal(text("0603551d13"), "2.5.29.19");
});
