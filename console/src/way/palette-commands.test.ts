import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addCommands,
  gatherCommands,
  findCommands,
  type PaletteCommand,
} from "./palette-commands.ts";

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

test("gatherCommands() tells what is there at once, in order, and leaves out what fails or is gone", async () => {
  let answer = (_commands: PaletteCommand[]): void => {};
  const slow = new Promise<PaletteCommand[]>((resolve) => {
    answer = resolve;
  });
  const ends = [
    addCommands("slow", () => slow),
    addCommands("quick", async () => [command("quick")]),
    addCommands("broken", async () => Promise.reject(new Error("no"))),
  ];
  const told: string[][] = [];
  const gathering = gatherCommands((commands) => told.push(commands.map(({ label }) => label)));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told.at(-1), ["quick"]);
  answer([command("slow")]);
  assert.equal(await gathering, false, "one has failed");
  assert.deepEqual(told.at(-1), ["slow", "quick"]);

  for (const end of ends) end();
  const none: unknown[] = [];
  assert.ok(await gatherCommands((commands) => none.push(...commands)));
  assert.deepEqual(none, []);
});
