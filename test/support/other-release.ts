/** Footlight as it was, and as it may be: other releases, started beside this one. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./test-node.ts";

const root = resolve(import.meta.dirname, "../..");

/**
 * The sources of a commit, with the packages of today.
 *
 * @returns the folder
 */
export function checkOut(commit: string): string {
  const folder = temporaryFolder();
  const archive = execFileSync(
    "git",
    ["-C", root, "archive", commit, "bin", "src", "package.json"],
    {
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/**
 * A release to come, of which this one knows nothing: updates of functions have come to mean something
 * else there, so they are in their second version.
 *
 * @returns its folder
 */
export function makeNextRelease(): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  for (const name of ["bin", "src", "package.json"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  edit(join(folder, "src/state/encode-change.ts"), [
    [`  "function-published": 3,\n`, `  "function-published": 3,\n  "function-updated": 2,\n`],
    [
      `function versionOf(change: Change): number {\n`,
      `function versionOf(change: Change): number {\n  if (change.type === "function-updated") return 2;\n`,
    ],
  ]);
  return folder;
}

function edit(file: string, changes: readonly (readonly [from: string, to: string])[]): void {
  let text = readFileSync(file, "utf8");
  for (const [from, to] of changes) {
    assert.equal(text.split(from).length, 2, `${file} has not once: ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
}
