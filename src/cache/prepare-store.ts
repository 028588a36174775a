/**
 * What a node's first process does for the cache on disk, which it never opens: it has it checked
 * before workers do, and notes when one of them dies by it.
 */
import { requireSoundGeneration, type StorePlace } from "./disk/check-store.ts";
import { noteDeath } from "./disk/generation.ts";

/** Checks the cache on disk once, so that no worker has to. */
export async function prepareStore(place: StorePlace): Promise<void> {
  try {
    await requireSoundGeneration(place);
  } catch (err) {
    const { folder, logger } = place;
    logger.error({ folder, err }, "the cache on disk cannot be used: nothing is kept there");
  }
}

/** Signals by which reading a damaged file ends a process. */
const deadly: ReadonlySet<string> = new Set(["SIGBUS", "SIGSEGV"]);

/** Notes that a worker was ended by a signal: after two of some kinds the cache on disk is begun anew. */
export function noteWorkerEnd(folder: string, signal: string | null): void {
  if (signal !== null && deadly.has(signal)) noteDeath(folder);
}
