/** The node's logger: pino, one line of JSON a message, to stderr, so that stdout stays for answers. */
import { destination, pino, stdSerializers, type DestinationStream } from "pino";
import type { Logger } from "../base/logger.ts";

/** Of lines that wait to be written, in characters. */
export const waitingMax = 1024 * 1024;
/** So long after lines began to be lost it is told how many were, in milliseconds. */
const tellAfterMs = 1000;
const retryMs = 1000;

/**
 * @param level the least severe level that is written; "silent" writes nothing
 * @param stream where the lines go, when it is not stderr
 */
export function createLogger(level: string, stream?: DestinationStream): Logger {
  return stream === undefined ? stderrLogger(level) : loggerTo(stream, level);
}

/**
 * Each line is written when this returns. Stderr may be a file on a disk that is full, and that ends no node: what can't be written waits
 * in bounded memory, and is tried again with the next line, and each second.
 */
function stderrLogger(level: string): Logger {
  const stream = destination({ fd: 2, sync: true, maxLength: waitingMax });
  const logger = loggerTo(stream, level);
  const tellLoss = lossTeller(logger);
  let because: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  stream.on("drop", () => tellLoss(because));
  stream.on("error", (error: Error) => {
    because = error.message;
    retry ??= setTimeout(() => {
      retry = undefined;
      stream.write("");
    }, retryMs).unref();
  });
  return logger;
}

/** @returns what counts a line that was lost, and has it told a little later. Should that be lost as well, it counts as one of the next */
export function lossTeller(logger: Logger): (because: string | undefined) => void {
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  return (because = "they came faster than they were read") => {
    lost += 1;
    timer ??= setTimeout(() => {
      timer = undefined;
      const told = lost;
      lost = 0;
      logger.error({ lost: told }, `lines of this log were lost: ${because}`);
    }, tellAfterMs).unref();
  };
}

function loggerTo(stream: DestinationStream, level: string): Logger {
  const base = { pid: process.pid };
  // Not in the serializer, which is not asked about undefined: `Promise.reject()` throws that.
  const formatters = { log: withThrown };
  return pino({ level, base, formatters, serializers: { err: (described) => described } }, stream);
}

function withThrown(details: object): Record<string, unknown> {
  return "err" in details ? { ...details, err: describeThrown(details.err) } : { ...details };
}

/** Anything can be thrown, and a line about it that says nothing of it would be of no use. */
function describeThrown(thrown: unknown): unknown {
  if (thrown instanceof Error) return stdSerializers.err(thrown);
  return { type: typeof thrown, message: String(thrown) };
}
