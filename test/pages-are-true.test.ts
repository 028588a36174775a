/**
 * The tutorial and the how-tos do what they say, command by command, as a reader would type them.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runPages, runTutorial } from "../tools/run-pages.ts";

test("the tutorial's commands print what it says", { timeout: 180_000 }, async () => {
  assert.deepEqual(await runTutorial("docs/tutorial.md"), []);
});

test("how-tos are tried and published as their index says", { timeout: 120_000 }, async () => {
  assert.deepEqual(await runPages(["docs/how-to/README.md"]), []);
});
