/** The folder of a node's cache, shared by all its workers, as its first process sees to it. */
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { noteWorkerEnd, prepareStore, type WorkerEnd } from "../cache/prepare-store.ts";
import type { WorkerSettings } from "./worker-messages.ts";

const megabyte = 1024 * 1024;

type CacheSettings = Pick<WorkerSettings, "cache" | "cacheSize" | "data" | "session">;

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

/** Notes how a worker ended: after two crashes that the cache may have caused it is begun anew. */
export function noteCacheWorkerEnd({ cache, data }: CacheSettings, end: WorkerEnd): void {
  if (cache !== "off") noteWorkerEnd(cacheFolder(data), end);
}
