/**
 * Opens the cache of a node's worker: on disk and shared by the workers, with copies of what is hot in
 * memory; or in memory alone.
 */
import type { Logger } from "../base/logger.ts";
import { DiskStore } from "./disk/disk-store.ts";
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
