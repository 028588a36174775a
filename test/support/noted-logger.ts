/** A logger that keeps what it is told, a line each: the level, the message, and what matters of the rest. */
import type { Logger } from "../../src/base/logger.ts";

export interface NotedLogger extends Logger {
  readonly lines: readonly string[];
}

export function notedLogger(): NotedLogger {
  const lines: string[] = [];
  const note =
    (level: string) =>
    (details: object, message: string): void => {
      lines.push(`${level}: ${message} ${JSON.stringify(details)}`);
    };
  return {
    lines,
    debug: note("debug"),
    info: note("info"),
    warn: note("warn"),
    error: note("error"),
  };
}
