/**
 * Files that are written whole or not at all, on a disk with and without room.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
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
  // More than others of this process's files have.
  chmodSync(file, 0o662);
  symlinkSync("file", link);
  replaceFile(link, "after");
  assert.equal(readFileSync(file, "utf8"), "after");
  assert.equal(statSync(file).mode & 0o777, 0o662);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.deepEqual(readdirSync(folder).toSorted(), ["file", "link"]);
});

test("replaceFile() leaves a file its owner, and its other names", (t) => {
  const folder = temporaryFolder();
  const [file, other, theirs] = [
    join(folder, "file"),
    join(folder, "other"),
    join(folder, "theirs"),
  ];
  writeFileSync(file, "before");
  linkSync(file, other);
  replaceFile(file, "after");
  assert.equal(readFileSync(other, "utf8"), "after");
  if (process.getuid?.() !== 0) {
    t.diagnostic("another's file takes root");
    return;
  }
  writeFileSync(theirs, "before");
  chownSync(theirs, 1234, 1235);
  replaceFile(theirs, "after");
  const { uid, gid } = statSync(theirs);
  assert.deepEqual([uid, gid, readFileSync(theirs, "utf8")], [1234, 1235, "after"]);
});

test("replaceFile() leaves a file its group", (t) => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "before");
  const own = statSync(file).gid;
  const group = process.getuid?.() === 0 ? 1235 : process.getgroups?.().find((one) => one !== own);
  if (group === undefined) {
    t.diagnostic("this user has no other group");
    return;
  }
  chownSync(file, -1, group);
  chmodSync(file, 0o640);
  replaceFile(file, "after");
  const { gid, mode } = statSync(file);
  assert.deepEqual([gid, mode & 0o777, readFileSync(file, "utf8")], [group, 0o640, "after"]);
});

test("replaceFile() writes the file that a descriptor has open", () => {
  const file = join(temporaryFolder(), "file");
  const descriptor = openSync(file, "w+");
  try {
    for (const name of [`/dev/fd/${descriptor}`, link(`/dev/fd/${descriptor}`)]) {
      replaceFile(name, `by ${name}`);
      assert.equal(readFrom(descriptor), `by ${name}`);
      assert.equal(readFileSync(file, "utf8"), `by ${name}`);
    }
  } finally {
    closeSync(descriptor);
  }
});

/** @returns a link to it */
function link(to: string): string {
  const path = join(temporaryFolder(), "link");
  symlinkSync(to, path);
  return path;
}

/** @returns what is in an open file, from its start */
function readFrom(descriptor: number): string {
  const bytes = Buffer.alloc(1024);
  return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, bytes.length, 0));
}

test("replaceFile() writes a file whose name leaves none for another beside it", () => {
  const folder = temporaryFolder();
  const file = join(folder, "f".repeat(250));
  for (const text of ["new", "another"]) {
    replaceFile(file, text);
    assert.deepEqual([readFileSync(file, "utf8"), readdirSync(folder).length], [text, 1]);
  }
});

test("replaceFile() writes a file that is mounted where nothing else can be", (t) => {
  const folder = smallDisk(t, 1);
  if (folder === undefined) return;
  const [source, file] = [join(temporaryFolder(), "source"), join(folder, "file")];
  writeFileSync(source, "before");
  writeFileSync(file, "");
  const mount = (...args: string[]) => spawnSync("mount", args, { stdio: "ignore" }).status;
  assert.equal(mount("--bind", source, file), 0);
  t.after(() => spawnSync("umount", ["--lazy", file]));
  assert.equal(mount("-o", "remount,ro", folder), 0);
  replaceFile(file, "after");
  assert.equal(readFileSync(source, "utf8"), "after");
});

test("replaceFile() makes the file that a link leads to", () => {
  const folder = temporaryFolder();
  const [file, link] = [join(folder, "file"), join(folder, "link")];
  symlinkSync("file", link);
  replaceFile(link, "after");
  assert.equal(readFileSync(file, "utf8"), "after");
  assert.ok(lstatSync(link).isSymbolicLink());
});

test("replaceFile() leaves a file that its owner made unwritable", (t) => {
  if (process.getuid?.() === 0) {
    t.diagnostic("root may write it");
    return;
  }
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "before", { mode: 0o444 });
  assert.throws(() => replaceFile(file, "after"), { code: "EACCES" });
  assert.equal(readFileSync(file, "utf8"), "before");
});

test("replaceFile() writes to what is no plain file", () => {
  replaceFile("/dev/null", "nothing");
  assert.ok(statSync("/dev/null").isCharacterDevice());
});
