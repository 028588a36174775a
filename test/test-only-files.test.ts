/** What only tests use stands in no room of src/, and `npm run rooms` says where some does. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { testOnlyFiles } from "../tools/test-only-files.ts";
import { temporaryFolder } from "./support/test-node.ts";

function projectOf(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  const description = {
    bin: { it: "./bin/it.mjs" },
    exports: { ".": { default: "./dist/index.js" }, "./package.json": "./package.json" },
  };
  for (const [path, text] of Object.entries({
    "package.json": JSON.stringify(description),
    "src/index.ts": "",
    ...files,
  })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test("A file that only tests import is reported, and so is what it imports", () => {
  const root = projectOf({
    "src/log/log.test.ts": `import "./sample-log.ts";`,
    "src/log/sample-log.ts": `import type { Log } from "./strange-log.ts";`,
    "src/log/strange-log.ts": "",
    "test/all.test.ts": `import "../src/log/sample-log.ts";`,
    "bench/log.bench.ts": `import "../src/log/sample-log.ts";`,
  });
  assert.deepEqual(testOnlyFiles(root), ["src/log/sample-log.ts", "src/log/strange-log.ts"]);
});

test("What the package's entries, their processes or the tools load is not", () => {
  const files = {
    "bin/it.mjs": `await import(new URL("../src/cli/main.ts", import.meta.url));`,
    "src/cli/main.ts": `await import("../node/start.ts");`,
    "src/index.ts": `export type { Shape } from "./model/shape.ts";`,
    "src/model/shape.ts": "",
    "src/node/start.ts": "new URL(`worker${extname(import.meta.url)}`, import.meta.url)",
    "src/node/worker.ts": "",
    "tools/make.ts": `import { table } from "../src/schema/table.ts";`,
    "src/schema/table.ts": "",
  };
  assert.deepEqual(testOnlyFiles(projectOf(files)), []);
});

test("What has a test of its own, and what that uses, may wait for its first user", () => {
  const files = {
    "src/cache/memory-store.ts": `import type { Store } from "./store.ts";`,
    "src/cache/memory-store.test.ts": `import "./memory-store.ts";`,
    "src/cache/store.ts": "",
    "src/cache/outcome.ts": "",
  };
  assert.deepEqual(testOnlyFiles(projectOf(files)), []);
});

test("A child process of a test is reported", () => {
  const files = {
    "src/log/log.test.ts": `new URL("log-child.ts", import.meta.url)`,
    "src/log/log-child.ts": "",
  };
  assert.deepEqual(testOnlyFiles(projectOf(files)), ["src/log/log-child.ts"]);
});

test("This project has none", () => {
  assert.deepEqual(testOnlyFiles(resolve(import.meta.dirname, "..")), []);
});
