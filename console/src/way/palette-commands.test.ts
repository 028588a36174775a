import assert from "node:assert/strict";
import { test } from "node:test";
import { addCommands, allCommands, findCommands, type PaletteCommand } from "./palette-commands.ts";

function command(label: string, group = "Function"): PaletteCommand {
  return { id: label, label, group, icon: "function", run: () => {} };
}

const commands = [
  command("redirect-old-paths"),
  command("add-path-prefix"),
  command("Functions", "Go to"),
  command("New function", "Create"),
];

test("findCommands() wants each word, and puts beginnings first", () => {
  const labels = (search: string): string[] => findCommands(commands, search).map((c) => c.label);
  assert.deepEqual(labels("path"), ["redirect-old-paths", "add-path-prefix"]);
  assert.deepEqual(labels("new"), ["New function"]);
  assert.deepEqual(labels("create fun"), ["New function"]);
  assert.deepEqual(labels("func").slice(0, 1), ["Functions"]);
  assert.deepEqual(labels("path ("), []);
  assert.equal(labels("").length, 4);
});

test("allCommands() leaves out a source that fails, and one that is gone", async () => {
  const end = addCommands("a", async () => [command("one")]);
  addCommands("b", async () => Promise.reject(new Error("no")));
  assert.deepEqual(
    (await allCommands()).map(({ label }) => label),
    ["one"],
  );
  end();
  assert.deepEqual(await allCommands(), []);
});
