/** What a node keeps of a log in NATS for itself is written some times a second: who kills it waits for that. */
import { setTimeout } from "node:timers/promises";
import { openLog } from "../../src/log/open-log.ts";
import { ownCopyFile } from "../../src/log/own-copy.ts";

/** Waits until the copy in a folder has a revision. */
export async function untilCopied(folder: string, revision: number): Promise<void> {
  const log = await openLog(`sqlite:${ownCopyFile(folder)}`);
  try {
    while ((await log.lastRevision()) < revision) await setTimeout(50);
  } finally {
    await log.close();
  }
}
