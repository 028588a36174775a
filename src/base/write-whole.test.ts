/**
 * Files that are written whole or not at all, on a disk with and without room.
 *
 * @beside
 */
import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/leftovers.ts";
import { fillDisk, smallDisk } from "../../test/support/small-disk.ts";
import { replaceFile, writeWhole } from "./write-whole.ts";

const large = "x".repeat(64 * 1024);

for (const [name, write] of Object.entries({ writeWhole, replaceFile })) {
  test(`${name}() leaves what was there, and nothing beside it, where the disk has no room`, (t) => {
    for (const left of [0, 4, 32]) {
      const disk = smallDisk(t, 1);
      if (disk === undefined) return;
      const [kept, never] = [join(disk, "kept"), join(disk, "never")];
      write(kept, "before");
      const makeRoom = fillDisk(disk, left * 1024);
      assert.throws(() => write(kept, large), { code: "ENOSPC" });
      assert.throws(() => write(never, large), { code: "ENOSPC" });
      makeRoom();
      assert.deepEqual([readdirSync(disk), readFileSync(kept, "utf8")], [["kept"], "before"]);
      write(kept, large);
      assert.equal(readFileSync(kept, "utf8"), large);
    }
  });
}

test("replaceFile() keeps a file's mode and the link that leads to it", () => {
  const folder = temporaryFolder();
  const [file, link] = [join(folder, "file"), join(folder, "link")];
  writeFileSync(file, "before");
  chmodSync(file, 0o640);
  symlinkSync("file", link);
  replaceFile(link, "after");
  assert.equal(readFileSync(file, "utf8"), "after");
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.deepEqual(readdirSync(folder).toSorted(), ["file", "link"]);
});

test("replaceFile() writes to what is no plain file", () => {
  replaceFile("/dev/null", "nothing");
  assert.ok(statSync("/dev/null").isCharacterDevice());
});
