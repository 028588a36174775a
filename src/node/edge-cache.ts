/** The cache of a node: one folder, shared by all its workers. */
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { noteWorkerEnd, openStore, prepareStore } from "../cache/open-store.ts";
import type { InspectableStore } from "../cache/store.ts";
import type { WorkerSettings } from "./worker-messages.ts";

type CacheSettings = Pick<WorkerSettings, "cache" | "cacheSize" | "data" | "session">;

const megabyte = 1024 * 1024;

/** Where a data folder has it. It can be deleted while the node is stopped. */
export function cacheFolder(data: string): string {
  return join(data, "cache");
}

/** Checks what is kept before workers map it, which a damaged file could end. */
export async function prepareEdgeCache(settings: CacheSettings, logger: Logger): Promise<void> {
  const { cache, cacheSize, data, session } = settings;
  if (cache === "off") return;
  const maxBytes = cacheSize * megabyte;
  await prepareStore({ folder: cacheFolder(data), maxBytes, session, logger });
}

/** Notes by which signal a worker ended: after two of a kind what is kept is begun anew. */
export function noteCacheWorkerEnd({ cache, data }: CacheSettings, signal: string | null): void {
  if (cache !== "off") noteWorkerEnd(cacheFolder(data), signal);
}

/** @returns undefined when the node keeps nothing */
export async function openEdgeCache(
  settings: WorkerSettings,
  logger: Logger,
): Promise<InspectableStore | undefined> {
  const { cache, cacheSize, cacheMemory, data, session } = settings;
  if (cache === "off") return undefined;
  return openStore({
    folder: cacheFolder(data),
    maxBytes: cacheSize * megabyte,
    memoryBytes: cacheMemory * megabyte,
    session,
    logger,
  });
}
