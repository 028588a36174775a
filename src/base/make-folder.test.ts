import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder, makeFolderNow } from "./make-folder.ts";

for (const [name, make] of Object.entries({
  "makeFolder()": makeFolder,
  "makeFolderNow()": async (path: string, mode?: number) => makeFolderNow(path, mode),
})) {
  test(`${name} makes what is missing, and leaves what is there`, async (t) => {
    const root = mkdtempSync(join(tmpdir(), "footlight-folder-"));
    t.after(() => rmSync(root, { recursive: true }));
    const folder = join(root, "a", "b", "c");
    await make(folder, 0o700);
    for (const each of [folder, join(root, "a")]) assert.equal(statSync(each).mode & 0o777, 0o700);
    await make(folder);
    await Promise.all([make(join(root, "x", "y")), make(join(root, "x", "z"))]);
    await make("/");
  });

  test(`${name} says why it can't`, async (t) => {
    const root = mkdtempSync(join(tmpdir(), "footlight-folder-"));
    t.after(() => rmSync(root, { recursive: true }));
    writeFileSync(join(root, "file"), "");
    symlinkSync(join(root, "nowhere"), join(root, "dangling"));
    await assert.rejects(async () => make(join(root, "file")), { code: "EEXIST" });
    await assert.rejects(async () => make(join(root, "file", "a")), { code: "ENOTDIR" });
    await assert.rejects(async () => make(join(root, "dangling", "a")), { code: "EEXIST" });
  });

  test(
    `${name} tries once where no folders can be`,
    { skip: process.platform !== "linux" && "there is no /proc" },
    async () => {
      await assert.rejects(async () => make("/proc/nowhere/a"), {
        code: "ENOENT",
        path: "/proc/nowhere",
      });
    },
  );
}
