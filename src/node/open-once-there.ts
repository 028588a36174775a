/**
 * Opens a log in NATS for a node that has no copy of it yet. When a machine starts, or a whole site, nodes are
 * there before the servers have elected a leader, and edges before a control node has made the log.
 */
import { setTimeout } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";

const firstDelayMs = 50;
const longestDelayMs = 1000;

export interface HowLong {
  /** How long it is waited for; an attempt that is under way then takes some seconds more. */
  readonly waitMs: number;
  readonly logger: Logger;
}

/** @throws what `open` throws: at once where waiting would not help */
export async function openOnceThere<Opened>(
  open: () => Promise<Opened>,
  { waitMs, logger }: HowLong,
): Promise<Opened> {
  const deadline = performance.now() + waitMs;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    try {
      return await open();
    } catch (error) {
      const { mayCome } = await import("../log/may-come.ts");
      if (!mayCome(error) || performance.now() >= deadline) throw error;
      if (delayMs === firstDelayMs) {
        const { message } = error as Error;
        logger.warn({ reason: message, seconds: waitMs / 1000 }, "waiting for the change log");
      }
      await setTimeout(delayMs);
    }
  }
}
