/**
 * A process that holds a snapshot of a disk store's index, to be stopped or killed with it: pages of
 * that time must not be written to as long as it is there.
 *
 * Arguments: the path of the index, the store's bytes.
 */
import { openIndexFile } from "../../src/cache/disk/index-file.ts";

const [path = "", maxBytes = "0"] = process.argv.slice(2);
const index = openIndexFile(path, Number(maxBytes));
index.useReadTransaction();
index.getKeysCount({ limit: 1 });
process.send?.("reading");
setInterval(() => {}, 60_000);
