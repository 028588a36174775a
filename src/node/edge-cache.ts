/** Opens the cache of an edge worker. */
import type { Logger } from "../base/logger.ts";
import { openStore } from "../cache/open-store.ts";
import type { InspectableStore } from "../cache/store.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { WorkerSettings } from "./worker-messages.ts";

const megabyte = 1024 * 1024;

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
