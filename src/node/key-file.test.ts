/**
 * A key's file on a disk that has no room for it.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillDisk, smallDisk } from "../../test/support/small-disk.ts";
import { createKeyFile } from "./key-file.ts";

test("createKeyFile() on a full disk names the file, leaves nothing, and makes it when there is room", (t) => {
  const disk = smallDisk(t, 1);
  if (disk === undefined) return;
  const file = join(disk, "secret.key");
  const makeRoom = fillDisk(disk);
  assert.throws(
    () => createKeyFile(file),
    /^Error: Cannot write .*secret\.key: ENOSPC: no space left/,
  );
  assert.deepEqual(readdirSync(disk), ["filler"]);
  makeRoom();
  const key = createKeyFile(file);
  assert.deepEqual([readdirSync(disk), readFileSync(file, "utf8")], [["secret.key"], key]);
});
