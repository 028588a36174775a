import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { readHeld } from "./read-held.ts";

test("readHeld takes all that has come, in one piece, and nothing where nothing has", () => {
  const stream = new PassThrough();
  assert.equal(readHeld(stream), null);
  for (const piece of ["one", "two", "three"]) stream.write(piece);
  assert.equal(readHeld(stream)?.toString(), "onetwothree");
  assert.equal(readHeld(stream), null);
});
