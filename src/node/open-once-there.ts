/**
 * Does what needs a log in NATS, as soon as it can be done. When a machine starts, or a whole site, nodes are
 * there before the servers have elected a leader, and edges before a control node has made the log; and where
 * a server is lost, the others elect another leader, which takes seconds.
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

/**
 * Opens a log for a node that has no copy of it yet.
 *
 * @throws what `open` throws: at once where waiting would not help
 */
export async function openOnceThere<Opened>(
  open: () => Promise<Opened>,
  how: HowLong,
): Promise<Opened> {
  const { mayCome } = await import("../log/may-come.ts");
  return again(open, how, mayCome, Infinity);
}

/** Of an attempt that went on for longer, the rest was answered. */
const longestSilenceMs = 5000;

/**
 * Does something with a log, from its beginning where the servers that keep it fell silent amid it: what is
 * done twice must be as if it were done once.
 *
 * @param how silences are waited for, all together, and not what was answered between them
 * @throws what `act` throws: at once where nobody was silent, since where nobody listens the address may be wrong
 */
export async function onceAnswered<Result>(
  act: () => Promise<Result>,
  how: HowLong,
): Promise<Result> {
  const { mayAnswer, mayReturn } = await import("../log/may-come.ts");
  let hasFallenSilent = false;
  const mayHelp = (error: unknown): boolean => {
    hasFallenSilent ||= mayAnswer(error);
    return hasFallenSilent && mayReturn(error);
  };
  return again(act, how, mayHelp, longestSilenceMs);
}

async function again<Result>(
  act: () => Promise<Result>,
  { waitMs, logger }: HowLong,
  mayHelp: (error: unknown) => boolean,
  countedMs: number,
): Promise<Result> {
  let leftMs = waitMs;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    const beganAt = performance.now();
    try {
      return await act();
    } catch (error) {
      leftMs -= Math.min(performance.now() - beganAt, countedMs);
      if (leftMs <= 0 || !mayHelp(error)) throw error;
      if (delayMs === firstDelayMs) {
        const { message } = error as Error;
        logger.warn({ reason: message, seconds: waitMs / 1000 }, "waiting for the change log");
      }
      await setTimeout(delayMs);
      leftMs -= delayMs;
    }
  }
}
