/** What a browser has to load: the build that `npm install` has made. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const dist = resolve(import.meta.dirname, "../../console/dist");
const assets = join(dist, "assets");
const skip = existsSync(assets) ? false : "the console is not built: npm run console";

function packedBytes(pattern: RegExp): number {
  const files = readdirSync(assets).filter((name) => pattern.test(name));
  return files.reduce((sum, name) => sum + statSync(join(assets, name)).size, 0);
}

test("all scripts together are under 300 kB, compressed", { skip }, () => {
  const bytes = packedBytes(/\.js\.gz$/);
  assert.ok(bytes > 0 && bytes < 300_000, `${bytes} bytes`);
});

test("what every view needs is under 30 kB, compressed", { skip }, () => {
  const app = readdirSync(assets).find((name) => /^app-\w+\.js$/.test(name))!;
  const needed = new Set([app]);
  for (const name of needed) {
    const text = readFileSync(join(assets, name), "utf8");
    for (const [, found = ""] of text.matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) {
      needed.add(found);
    }
  }
  const bytes = [...needed].reduce(
    (sum, name) => sum + statSync(join(assets, `${name}.gz`)).size,
    0,
  );
  assert.ok(bytes < 30_000, `${bytes} bytes in ${[...needed].join(", ")}`);
});

test("the page itself has no script, no style and no address of elsewhere", { skip }, () => {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  assert.doesNotMatch(page, /<style|<script(?![^>]* src=)|\son\w+=|style=|https?:/);
});

test("the licenses of what is bundled are handed on", { skip }, () => {
  const text = readFileSync(join(dist, "licenses.txt"), "utf8");
  for (const name of ["preact", "@codemirror/view", "uplot", "@fontsource-variable/inter"]) {
    assert.match(text, new RegExp(`^${name} \\d`, "m"));
  }
});
