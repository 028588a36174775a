/** Reads an import on a thread of its own, and sends what it read in slices; see read-import-apart.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { ApiError } from "../../model/errors.ts";
import type { KeyValuePair } from "../../model/key-value-store.ts";
import { readImport } from "./import-format.ts";
import type { ImportOrder, ImportReply } from "./read-import-apart.ts";

/** Characters of pairs in a message: what another thread takes up in a millisecond. */
const sliceLength = 262_144;

const { arn, bytes, quotas } = workerData as ImportOrder;
try {
  let pairs: KeyValuePair[] = [];
  let length = 0;
  for (const pair of readImport(arn, bytes, quotas)) {
    pairs.push(pair);
    length += pair[0].length + pair[1].length;
    if (length < sliceLength) continue;
    tell({ type: "pairs", pairs });
    [pairs, length] = [[], 0];
  }
  tell({ type: "pairs", pairs });
  tell({ type: "read" });
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  tell({ type: "refused", code: error.code, message: error.message });
}

function tell(reply: ImportReply): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, and no window
  parentPort?.postMessage(reply);
}
