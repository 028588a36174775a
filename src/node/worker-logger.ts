/**
 * The logger of a process that serves viewers. A function that fails is told of with each request, and a terminal or
 * collector that reads stderr may take its time: lines are written behind the viewers' back, in the order they came, and wait in bounded memory.
 * What finds no room there is lost, counted and told.
 */
import { destination } from "pino";
import type { Logger } from "../base/logger.ts";
import { createLogger } from "./logger.ts";

/** Of lines that wait to be written, in characters. */
const waitingMax = 1024 * 1024;
/** So long after lines began to be lost it is told how many were, in milliseconds. */
const tellAfterMs = 1000;

/** @param level see createLogger() */
export function createWorkerLogger(level: string): Logger {
  const stream = destination({ fd: 2, sync: false, maxLength: waitingMax });
  const logger = createLogger(level, stream);
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  stream.on("drop", () => {
    lost += 1;
    timer ??= setTimeout(() => {
      timer = undefined;
      const told = lost;
      lost = 0;
      // Should this one be lost as well, it counts as one of the next.
      logger.error(
        { lost: told },
        "lines of this log were lost: they came faster than they were read",
      );
    }, tellAfterMs).unref();
  });
  // Whoever reads no more, or has gone, must not end a process that serves others.
  stream.on("error", () => {});
  return logger;
}
