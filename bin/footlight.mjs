#!/usr/bin/env node
/**
 * The command. Functions run in isolates, and isolated-vm needs a Node started with
 * `--no-node-snapshot`; so this starts Node again with it, in place of itself where the system
 * can do that, and runs the source in a clone or the build in an installed package.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";

if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(`footlight needs Node 24 or newer; this is Node ${process.versions.node}.`);
  console.error("In a clone, npm install brings its own: use npm start, or npm run footlight -- …");
  process.exit(1);
}

const source = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const build = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const main = existsSync(source) ? source : build;
// npm runs a clone's script in the clone; a person names files from where they stand.
const { npm_package_name: owner, npm_lifecycle_event: script, INIT_CWD: from } = process.env;
if (owner === "footlight" && script === "footlight" && from) process.chdir(from);

const args = ["--no-node-snapshot", main, ...process.argv.slice(2)];

try {
  process.removeAllListeners("warning");
  process.on("warning", () => {});
  process.execve(process.execPath, [process.execPath, ...args], process.env);
} catch {
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => {
    process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1));
  });
}
