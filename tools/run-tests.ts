/**
 * Runs the test suite: every *.test.ts in src/ and test/, or those that the arguments name.
 *
 * isolated-vm needs `--no-node-snapshot`, which the runner passes on to each test file's process.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const named = process.argv.slice(2);
const files =
  named.length > 0
    ? named
    : globSync(["src/**/*.test.ts", "test/**/*.test.ts"], {
        cwd: root,
        exclude: (path) => path.includes("node_modules"),
      }).sort();

if (files.length === 0) {
  console.error("There is no test to run");
  process.exit(1);
}
const { status, signal } = spawnSync(
  process.execPath,
  ["--no-node-snapshot", "--test", "--test-concurrency=2", "--test-timeout=900000", ...files],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = signal ? 1 : (status ?? 1);
