/**
 * A process that has a disk store's index open whose locks were destroyed, as they are for a moment while the last process that
 * had it open closes it; until it is told to end. Says how many locks it found: of others than glibc's none.
 *
 * Argument: the path of the index.
 */
import { openSync, readFileSync, writeSync } from "node:fs";
import { openIndexFile } from "../../src/cache/disk/index-file.ts";

/** What kind of lock glibc says that it is: one for all processes, that outlives them, and one that was destroyed. */
const shared = 0x90;
const destroyed = [255, 255, 255, 255];

const [index = ""] = process.argv.slice(2);
// It is open as long as the process is there.
openIndexFile(index, 16 * 1024 * 1024);
// Not closed: by that this process would no longer be one that has the index open.
const file = openSync(`${index}-lock`, "r+");
const head = readFileSync(file).subarray(0, 192);
let found = 0;
for (let place = 0; place < head.length; place += 4) {
  if (head.readUInt32LE(place) !== shared) continue;
  writeSync(file, Uint8Array.from(destroyed), 0, 4, place);
  found += 1;
}
process.send?.(found);
process.once("message", () => process.exit());
