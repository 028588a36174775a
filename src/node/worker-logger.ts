/**
 * The logger of a process that serves viewers. A function that fails is told of with each request, and a terminal or
 * collector that reads stderr may take its time: lines are written behind the viewers' back, in the order they came, and wait in bounded memory.
 * What finds no room there is lost, counted and told.
 */
import type { Logger } from "../base/logger.ts";
import { createLogger, lossTeller } from "./logger.ts";
import { StderrLines } from "./stderr-lines.ts";

/** @param level see createLogger() */
export function createWorkerLogger(level: string): Logger {
  const lines = new StderrLines((because) => tellLoss(because));
  const logger = createLogger(level, lines);
  const tellLoss = lossTeller(logger);
  return logger;
}
