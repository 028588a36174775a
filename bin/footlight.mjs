#!/usr/bin/env node
/**
 * The command: runs the source in a clone, or the build in an installed package.
 *
 * Node keeps what it has compiled of a clone's source, types stripped, beside the packages, for
 * this process and those that it starts: the next start takes half the time.
 */
import { existsSync } from "node:fs";
// By its default: what an older Node's has not, it could not even be asked for by name.
import module from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";

// From 24.7 on node:http2 writes headers as they are listed, several of a name among them.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(`footlight needs Node 24.7 or newer; this is Node ${process.versions.node}.`);
  console.error("In a clone, npm install brings its own: use npm start, or npm run footlight -- …");
  process.exit(1);
}

// Loading leaves little garbage, and yet V8 makes room for 32 MB of young objects for it, which it would keep. Before the
// compile cache is opened, since what is kept there is for one set of flags. src/cli/start.ts takes it back.
v8.setFlagsFromString("--semi-space-growth-factor=1");

const source = new URL("../src/cli/main.ts", import.meta.url);
const build = new URL("../dist/cli/main.js", import.meta.url);
const isClone = existsSync(source);
if (isClone) {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
    new URL("../node_modules/.cache/footlight", import.meta.url),
  );
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
// npm runs a clone's script in the clone; a person names files from where they stand.
const { npm_package_name: owner, npm_lifecycle_event: script, INIT_CWD: from } = process.env;
if (owner === "footlight" && script === "footlight" && from) process.chdir(from);

await import(isClone ? source : build);
