/** The functions that pages show: each how-to has a page that shows its functions, and the functions do what their events expect. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { checkFunction } from "../src/runtime/check/check-function.ts";
import { eventTests } from "../src/testing.ts";
import { filesShownBy } from "../tools/shown-files.ts";

const root = resolve(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const names = readdirSync(join(root, "examples/how-to"));
const shown = [
  ...names.map((name) => ({ folder: `examples/how-to/${name}`, page: `docs/how-to/${name}.md` })),
  { folder: "examples/from-njs", page: "docs/from-njs.md" },
];

test("each how-to has a page, and each page a how-to", () => {
  const pages = readdirSync(join(root, "docs/how-to")).filter((page) => page !== "README.md");
  assert.deepEqual(pages.sort(), names.map((name) => `${name}.md`).sort());
  const index = new Set(
    [...read("docs/how-to/README.md").matchAll(/\]\((\S+\.md)\)/g)].map((m) => m[1]),
  );
  for (const page of pages) assert.ok(index.has(page), `the index has ${page}`);
});

for (const { folder, page } of shown) {
  const functions = readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".js"))
    .map((file) => `${folder}/${file}`);

  test(`${page} shows its functions and some of its events`, () => {
    const files = filesShownBy(read(page));
    for (const fn of functions) assert.ok(files.includes(fn), fn);
    assert.ok(files.some((file) => file.endsWith(".json") && file.startsWith(folder)));
    assert.deepEqual(
      files.filter((file) => !file.startsWith(folder)),
      [],
    );
  });

  for (const fn of functions) {
    test(`${fn} is as CloudFront takes it, and does what its events expect`, async () => {
      assert.deepEqual(checkFunction(read(fn), "cloudfront-js-2.0"), []);
      const tests = await eventTests(join(root, fn));
      assert.ok(tests.length >= 2, "it has events");
      for (const { name: event, run } of tests) {
        const { computeUtilization } = await run();
        assert.ok(computeUtilization < 50, `${event} uses ${computeUtilization} %`);
      }
    });
  }
}
