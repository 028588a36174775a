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

export interface WorkerEnd {
  readonly signal: string | null;
  /** Whether it crashed while it ran a function. */
  readonly isFunctions: boolean;
}

/** Notes how a worker ended: after two crashes as damage causes them the cache on disk is begun anew. */
export function noteWorkerEnd(folder: string, { signal, isFunctions }: WorkerEnd): void {
  const isDeadly = signal === "SIGBUS" || signal === "SIGSEGV";
  // LMDB, and the allocator of its pages, abort on what cannot be; so does V8, by what a function does.
  if (isDeadly || (signal === "SIGABRT" && !isFunctions)) noteDeath(folder);
}
