/** What the edges of a model's world keep things in: in memory, or on disk as a node's workers do. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../../src/base/logger.ts";
import { DiskStore } from "../../../src/cache/disk/disk-store.ts";
import { filesOf } from "../../../src/cache/disk/generation.ts";
import { replaceGeneration } from "../../../src/cache/disk/replace-generation.ts";
import { HotStore } from "../../../src/cache/hot-store.ts";
import { MemoryStore } from "../../../src/cache/memory-store.ts";
import type { CacheStore } from "../../../src/cache/store.ts";

export interface ModelStores {
  /** What an edge sees of it. */
  forEdge(): CacheStore;
  /** As after a node's end and start. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

const maxBytes = 8 * 1024 * 1024;

export function storesInMemory(): ModelStores {
  const store = new MemoryStore(maxBytes);
  return { forEdge: () => store, reopen: () => Promise.resolve(), close: () => store.close() };
}

export async function storesOnDisk(): Promise<ModelStores> {
  const folder = mkdtempSync(join(tmpdir(), "footlight-model-"));
  // What has just been made needs no check, which is a process each time.
  writeFileSync(filesOf(replaceGeneration(folder, undefined)).checked, "model");
  const open = () => DiskStore.open({ folder, maxBytes, session: "model", logger: silentLogger });
  let store = await open();
  return {
    forEdge: () => new HotStore(store, 1024 * 1024),
    reopen: async () => {
      await store.close();
      store = await open();
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
