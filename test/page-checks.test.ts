/** What keeps pages true notices when they are not. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { headingsOf } from "../tools/headings-of.ts";
import { readBlocks } from "../tools/read-blocks.ts";
import { checkShownFiles } from "../tools/shown-files.ts";

test("anchors are made of headings as GitHub makes them, and not of comments in blocks", () => {
  const page =
    "# Developing: `footlight dev`\n\n```sh\n# a comment\n```\n\n## 6. A node, that [stays](x.md)\n";
  assert.deepEqual([...headingsOf(page)], ["developing-footlight-dev", "6-a-node-that-stays"]);
});

test("a page that shows another text than its file is named, and written anew", (t) => {
  const root = mkdtempSync(join(tmpdir(), "footlight-shown-"));
  t.after(() => {
    rmSync(root, { recursive: true });
  });
  mkdirSync(join(root, "examples"));
  writeFileSync(join(root, "examples/a.js"), "new();\n");
  const page = (code: string): string =>
    `<!-- file: examples/a.js -->\n\n\`\`\`js\n${code}\n\`\`\`\n\nMore.\n`;
  writeFileSync(join(root, "page.md"), page("old();"));

  assert.match(
    checkShownFiles(root, "page.md", false).join(),
    /page.md does not show examples\/a.js/,
  );
  assert.deepEqual(checkShownFiles(root, "page.md", true), []);
  assert.equal(readFileSync(join(root, "page.md"), "utf8"), page("new();"));

  writeFileSync(join(root, "page.md"), page("new();").replace("a.js", "b.js"));
  assert.match(
    checkShownFiles(root, "page.md", false).join(),
    /shows examples\/b.js, which is not there/,
  );
});

test("what a page shows and nobody runs is read: commands, options, scripts, operations, JSON", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "footlight-read-"));
  t.after(() => {
    rmSync(root, { recursive: true });
  });
  writeFileSync(join(root, "package.json"), `{ "scripts": { "there": "" } }`);
  const lines = [
    "Say `footlight history NAME --unknown-of-history` in a sentence.",
    "```sh",
    "npx footlight start --edge-prot 80   # a comment, --not read",
    "npm run footlight -- nowhere",
    "npm run there && npm run away",
    "ID=$(aws cloudfront list-functons --query x) | aws cloudfront create-anycast-ip-list",
    "```",
    "```json",
    "{ 'a': 1 }",
    "```",
    "```js",
    "let = ;",
    "```",
    "```cobol",
    "```",
  ];
  writeFileSync(join(root, "page.md"), lines.join("\n"));
  const found = (await readBlocks(root, "page.md")).join("\n");
  for (const problem of [
    /footlight history has no --unknown-of-history/,
    /footlight start has no --edge-prot/,
    /there is no footlight nowhere/,
    /npm has no script "away"/,
    /no cloudfront list-functons/,
    /in this json block/,
    /in this js block/,
    /in cobol/,
  ]) {
    assert.match(found, problem);
  }
  assert.doesNotMatch(found, /--not|"there"|anycast/);
});
