/** Files that a node does not start on. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { checkEdgeFiles } from "./check-edge-files.ts";
import { OptionError } from "./option-table.ts";
import { readOptions } from "./options.ts";

const check = (...args: string[]) => checkEdgeFiles(readOptions(args, {}));

test("a database that is none is refused, and named with its option", async () => {
  const file = join(temporaryFolder(), "countries.mmdb");
  writeFileSync(file, "AA;BB");
  await assert.rejects(check("--geo-database", file), (error: Error) => {
    assert.ok(error instanceof OptionError);
    assert.match(error.message, /^Cannot use --geo-database: \S+countries\.mmdb is no MaxMind/);
    return true;
  });
});

test("rules that are none are refused, and named with their option", async () => {
  const file = join(temporaryFolder(), "viewers.json");
  writeFileSync(file, '{"rules": [{"land": "DE"}]}');
  await assert.rejects(check("--mock-viewer", file), {
    message:
      /^Cannot use --mock-viewer: \S+viewers\.json has "rules\[0\]\.land", which is no member/,
  });
  await assert.rejects(check("--mock-viewer", `${file}.none`), {
    message: /viewers\.json\.none cannot be read: ENOENT/,
  });
});

test("without such options nothing is read", () => check());
