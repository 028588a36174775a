/** A disk of some megabytes, and what fills it: for tests of what is written where there is no room, or hardly any. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "./leftovers.ts";

/** @returns a folder on a disk of its own; undefined, and the test is skipped, where this user may mount none */
export function smallDisk(t: TestContext, megabytes: number): string | undefined {
  const folder = temporaryFolder();
  const mount = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder];
  if (spawnSync("mount", mount, { stdio: "ignore" }).status !== 0) {
    t.skip("this user may not mount a small disk");
    return undefined;
  }
  t.after(() => spawnSync("umount", ["--lazy", folder]));
  return folder;
}

/**
 * Takes all that there is, but for so many bytes.
 *
 * @returns what gives it back
 */
export function fillDisk(disk: string, leftBytes = 0): () => void {
  const [filler, left] = [join(disk, "filler"), join(disk, "left")];
  writeFileSync(left, new Uint8Array(leftBytes));
  const file = openSync(filler, "w");
  for (const bytes of [new Uint8Array(65_536), new Uint8Array(4096)]) {
    try {
      while (writeSync(file, bytes) > 0);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
  }
  closeSync(file);
  rmSync(left);
  return () => rmSync(filler);
}
