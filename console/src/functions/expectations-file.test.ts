import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readExpectations as readByNode } from "../../../src/cli/rehearsal/judged-report.ts";
import { expectationsText, readExpectations } from "./expectations-file.ts";

test("what is accepted is a file that footlight rehearse reads, and the other way round", (t) => {
  const shapes = new Set(["~ uri", "+ header x-a"]);
  const text = expectationsText(shapes);
  const folder = mkdtempSync(join(tmpdir(), "expectations-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "fn.rehearsal.json");
  writeFileSync(file, text);
  assert.deepEqual(readByNode(file), shapes);
  assert.deepEqual(readExpectations(text), ["+ header x-a", "~ uri"]);
});

test("another file is refused in a sentence", () => {
  for (const [text, why] of [
    ["{", /not JSON/],
    ["null", /is \{"expected"/],
    ['{"expected": [1]}', /is \{"expected"/],
  ] as const) {
    const said = readExpectations(text);
    assert.ok(typeof said === "string");
    assert.match(said, why);
  }
});
