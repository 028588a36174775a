/**
 * Opens the cache of a node's worker: on disk and shared by the workers, with copies of what is hot in
 * memory; or in memory alone. The node's first process prepares what is on disk before there are
 * workers, and notes when one of them dies by it.
 */
import type { Logger } from "../base/logger.ts";
import { requireSoundGeneration, type StorePlace } from "./disk/check-store.ts";
import { DiskStore } from "./disk/disk-store.ts";
import { noteDeath } from "./disk/generation.ts";
import { HotStore } from "./hot-store.ts";
import { MemoryStore } from "./memory-store.ts";
import type { InspectableStore } from "./store.ts";

export interface StoreSettings {
  /** Where the cache on disk is; undefined for one in memory alone. */
  readonly folder: string | undefined;
  /** What it may take on disk, for all workers together. */
  readonly maxBytes: number;
  /** What it may take of a worker's memory. */
  readonly memoryBytes: number;
  /** The same for all processes of one run of a node: what one of them has checked is sound. */
  readonly session: string;
  readonly logger: Logger;
}

/** @returns when what is on disk is found sound; a store that cannot be made keeps nothing for now */
export async function openStore(settings: StoreSettings): Promise<InspectableStore> {
  const { folder, maxBytes, memoryBytes, session, logger } = settings;
  if (folder === undefined) return new MemoryStore(memoryBytes);
  return new HotStore(await DiskStore.open({ folder, maxBytes, session, logger }), memoryBytes);
}

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
