import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { currentGeneration, filesOf } from "./generation.ts";
import { replaceGeneration } from "./replace-generation.ts";
import { openIndexFile } from "./index-file.ts";

const maxBytes = 1024 * 1024;

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-index-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("openIndexFile() fails before LMDB does, and makes nothing", (t) => {
  const folder = newFolder(t);
  const gone = join(folder, "generation-1");
  // Once in a while what LMDB's failure leaves behind ends the process.
  for (let times = 0; times < 200; times += 1) {
    assert.throws(() => openIndexFile(join(gone, "index.mdb"), maxBytes), { code: "ENOENT" });
  }
  assert.ok(!existsSync(gone));
  const { index, lock } = filesOf(folder);
  writeFileSync(index, "");
  assert.throws(() => openIndexFile(index, maxBytes), { code: "ENOENT" });
  assert.ok(!existsSync(lock));
  rmSync(index);
  writeFileSync(lock, "");
  assert.throws(() => openIndexFile(index, maxBytes), { code: "ENOENT" });
  assert.ok(!existsSync(index));
  mkdirSync(index);
  assert.throws(() => openIndexFile(index, maxBytes), { code: "EISDIR" });
});

test("openIndexFile() fails before LMDB does where descriptors run out, and no other generation is begun then", (t) => {
  const folder = newFolder(t);
  const generation = replaceGeneration(folder, undefined);
  const { index } = filesOf(generation);
  const script = `
    import { closeSync, openSync } from "node:fs";
    import { currentGeneration } from ${JSON.stringify(import.meta.resolve("./generation.ts"))};
    import { replaceGeneration } from ${JSON.stringify(import.meta.resolve("./replace-generation.ts"))};
    import { openIndexFile } from ${JSON.stringify(import.meta.resolve("./index-file.ts"))};
    // What opening loads should be there by then.
    await openIndexFile(${JSON.stringify(index)}, ${maxBytes}).close();
    const taken = [];
    const failed = [];
    try {
      for (;;) taken.push(openSync("/dev/null"));
    } catch {}
    for (const look of [currentGeneration, replaceGeneration]) {
      try {
        look(${JSON.stringify(folder)});
      } catch (error) {
        failed.push(error.code);
      }
    }
    for (let free = 0; free < 16; free += 1) {
      for (let times = 0; times < 50; times += 1) {
        try {
          await openIndexFile(${JSON.stringify(index)}, ${maxBytes}).close();
        } catch (error) {
          if (times === 0) failed.push(error.code);
        }
      }
      closeSync(taken.pop());
    }
    for (const each of taken) closeSync(each);
    console.log(failed.join(" "));
  `;
  const path = join(newFolder(t), "script.mts");
  writeFileSync(path, script);
  const limited = ["-c", 'ulimit -n 100; exec "$0" "$1"', process.execPath, path];
  const { stdout, stderr, signal } = spawnSync("sh", limited, { encoding: "utf8" });
  assert.equal(signal, null);
  assert.match(stdout, /^EMFILE EMFILE EMFILE EMFILE( EMFILE)+\n$/, stderr);
  // The last of them have enough.
  assert.ok(stdout.split(" ").length < 16, stdout);
  assert.equal(currentGeneration(folder), generation);
});
