/** The primary process reads and runs no customer's code: what could is not even loaded there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..");

/** @returns the packages and files that a file loads, and what those load; types load nothing */
function loadedBy(entry: string): Map<string, string> {
  const importers = new Map<string, string>();
  const visit = (file: string): void => {
    for (const specifier of importsOf(file)) {
      const loaded = specifier.startsWith(".") ? resolve(dirname(file), specifier) : specifier;
      if (importers.has(loaded)) continue;
      importers.set(loaded, relative(root, file));
      if (specifier.startsWith(".")) visit(loaded);
    }
  };
  visit(resolve(root, entry));
  return importers;
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const pattern =
    /^\s*(?:import|export)\s+(?!type\b)[^;"]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3]!);
}

test("importsOf() sees what is loaded later as well", () => {
  const start = loadedBy("src/cli/main.ts");
  assert.equal(start.get(resolve(root, "src/node/start-node.ts")), "src/cli/start.ts");
});

test("The primary process loads no sandbox", () => {
  for (const entry of ["src/cli/main.ts", "src/index.ts"]) {
    assert.equal(loadedBy(entry).get("isolated-vm"), undefined, entry);
  }
});

test("A node's primary process loads nothing that reads functions", () => {
  assert.equal(loadedBy("src/node/start-node.ts").get("acorn"), undefined);
});

test("A node's primary process can't map the cache, which a damaged file could end it by", () => {
  assert.equal(loadedBy("src/node/start-node.ts").get("lmdb"), undefined);
  assert.ok(loadedBy("src/node/edge-worker.ts").has("lmdb"));
});

test("What runs functions loads the sandbox", () => {
  for (const entry of ["src/node/edge-worker.ts", "src/runtime/apart/host-child.ts"]) {
    assert.ok(loadedBy(entry).has("isolated-vm"), entry);
  }
});
