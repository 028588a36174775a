/** The node's logger: pino, one line of JSON a message, to stderr, so that stdout stays for answers. */
import { destination, pino, stdSerializers, type DestinationStream } from "pino";
import type { Logger } from "../base/logger.ts";

/**
 * @param level the least severe level that is written; "silent" writes nothing
 * @param stream where the lines go, when it is not stderr
 */
export function createLogger(
  level: string,
  stream: DestinationStream = destination({ fd: 2, sync: true }),
): Logger {
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
