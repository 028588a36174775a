/** The package as it is published, made of what it is built of now; one at a time, since a build takes the place of the one before. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");
/** Let go of by the system, too, when whoever holds it is killed. */
const lock = join(root, "node_modules/.packing.db");
const waitMaxMs = 300_000;

/** @returns the name of the tarball in the folder */
export async function packPackage(folder: string): Promise<string> {
  const held = new DatabaseSync(lock, { timeout: waitMaxMs });
  try {
    held.exec("BEGIN EXCLUSIVE");
    const args = ["pack", "--silent", "--pack-destination", folder];
    const { stdout } = await promisify(execFile)("npm", args, { cwd: root });
    return stdout.trim().split("\n").at(-1) ?? "";
  } finally {
    held.close();
  }
}
