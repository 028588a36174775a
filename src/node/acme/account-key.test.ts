/** What an account's key that could not be changed leaves; pebble changes one in test/tls/acme.test.ts. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../../base/logger.ts";
import { changeAccountKey, loadAccountKey } from "./account-key.ts";

test("changeAccountKey() leaves the key where the authority can't be reached, and tries the same new one again", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "footlight-account-"));
  t.after(() => rmSync(data, { recursive: true }));
  const key = loadAccountKey(data, silentLogger);
  const next = join(data, "acme/account.key.next");
  const kept: string[] = [];
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const changing = changeAccountKey(data, "http://127.0.0.1:1/", silentLogger);
    await assert.rejects(changing, /cannot be reached/);
    kept.push(readFileSync(next, "utf8"));
  }
  assert.equal(loadAccountKey(data, silentLogger), key);
  assert.equal(kept[0], kept[1]);
  assert.notEqual(kept[0], key);
  assert.equal(statSync(next).mode & 0o777, 0o600);
});
