import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createConsoleFiles } from "./console-files.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-console-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const url = pathToFileURL(`${folder}/`);

test("createConsoleFiles() finds a build that comes later, and reads nothing that it does not name", async () => {
  const read = createConsoleFiles(url);
  assert.equal(await read("index.html", false), undefined);

  const entry = { type: "text/html; charset=utf-8", sha256: "ab".repeat(32), isGzipped: true };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ "index.html": entry }));
  writeFileSync(join(folder, "index.html"), "plain");
  writeFileSync(join(folder, "index.html.gz"), "packed");
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "assets/other.js"), "");

  const plain = await read("index.html", false);
  assert.deepEqual([String(plain?.bytes), plain?.etag], ["plain", `"${"ab".repeat(8)}"`]);
  const packed = await read("index.html", true);
  assert.deepEqual([String(packed?.bytes), packed?.isGzipped], ["packed", true]);
  assert.notEqual(packed?.etag, plain?.etag);
  for (const name of ["assets/other.js", "manifest.json", "../package.json", "constructor"]) {
    assert.equal(await read(name, false), undefined, name);
  }
});

test("createConsoleFiles() notices that it was built again", async () => {
  const read = createConsoleFiles(url);
  const entry = { type: "text/plain", sha256: "cd".repeat(32), isGzipped: false };
  await read("index.html", false);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ "assets/other.js": entry }));
  utimesSync(join(folder, "manifest.json"), new Date(), new Date(Date.now() + 5000));
  assert.equal(await read("index.html", false), undefined);
  assert.equal((await read("assets/other.js", true))?.isGzipped, false);
});
