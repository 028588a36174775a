/**
 * The documentation's site: it builds without a dead link, and has what its navigation leads to.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { sections } from "../tools/site/.vitepress/sections.mts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const site = join(root, "dist-site");

test(
  "npm run site makes a page of every document, with search",
  { timeout: 240_000 },
  async (t) => {
    const generator = ["--yes", "--package=vitepress@1.6.4", "--", "node", "--version"];
    try {
      await run("npx", generator, { cwd: root, timeout: 60_000 });
    } catch (error) {
      if (process.env["CI"] === "true") throw error;
      t.skip("no registry has VitePress here");
      return;
    }
    await run("npm", ["run", "--silent", "site"], { cwd: root, timeout: 180_000 });

    for (const name of readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"))) {
      assert.ok(existsSync(join(site, "docs", name.replace(/md$/, "html"))), name);
    }
    for (const { link } of sections.flatMap(({ items }) => items)) {
      const page = link.endsWith("/") ? `${link}index.html` : `${link}.html`;
      assert.ok(existsSync(join(site, page)), `the navigation leads to ${link}`);
    }
    assert.match(readFileSync(join(site, "docs/tutorial.html"), "utf8"), /VPNavBarSearch/);
  },
);
