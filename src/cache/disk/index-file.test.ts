import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openIndexFile } from "./index-file.ts";

const maxBytes = 1024 * 1024;

test("openIndexFile() fails before LMDB does, and makes no folder", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "footlight-index-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const gone = join(folder, "generation-1");
  // Once in a while what LMDB's failure leaves behind ends the process.
  for (let times = 0; times < 200; times += 1) {
    assert.throws(() => openIndexFile(join(gone, "index.mdb"), maxBytes), { code: "ENOENT" });
  }
  assert.ok(!existsSync(gone));
  mkdirSync(join(gone, "index.mdb"), { recursive: true });
  assert.throws(() => openIndexFile(join(gone, "index.mdb"), maxBytes), { code: "EISDIR" });
});
