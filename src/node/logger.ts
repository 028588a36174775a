/** The node's logger: pino, one line of JSON a message, to stderr, so that stdout stays for answers. */
import { destination, pino } from "pino";
import type { Logger } from "../base/logger.ts";

/** @param level the least severe level that is written; "silent" writes nothing */
export function createLogger(level: string): Logger {
  return pino({ level, base: { pid: process.pid } }, destination({ fd: 2, sync: true }));
}
