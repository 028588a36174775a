/** Opens the change log that an address names: the value of the option `log`. */
import type { ChangeLog } from "./change-log.ts";
import { defaultJetStreamOptions, type JetStreamOptions } from "./jetstream-options.ts";
import { MemoryLog } from "./memory-log.ts";
import { SqliteLog } from "./sqlite-log.ts";

export interface OpenOptions {
  /** For a log in NATS. */
  readonly jetStream?: JetStreamOptions;
  /** Whether a log in NATS is made where there is none; one in a file always is. Default true */
  readonly mayMake?: boolean;
  /** Told what a person should change where the log is kept. */
  readonly warn?: (message: string) => void;
}

/**
 * @param address `sqlite:FILE`, where FILE is relative to the working directory, `memory:` or
 *   `nats://HOST`
 * @throws when the address is another, or what it names cannot be opened
 */
export async function openLog(
  address: string,
  { jetStream = defaultJetStreamOptions, mayMake = true, warn }: OpenOptions = {},
): Promise<ChangeLog> {
  if (address === "memory:") return new MemoryLog();
  const file = /^sqlite:(?<file>.+)$/.exec(address)?.groups?.["file"];
  if (file === ":memory:")
    throw new Error('log must be "memory:" for a log in memory, got "sqlite::memory:"');
  if (file !== undefined) return new SqliteLog(file);
  if (isNatsAddress(address)) {
    // A tenth of a second to load, which a log in a file need not wait for.
    const { JetStreamLog } = await import("./jetstream-log.ts");
    const options = mayMake ? jetStream : { ...jetStream, replicas: undefined };
    const log = await JetStreamLog.open(address, options, mayMake);
    for (const warning of log.warnings) warn?.(warning);
    return log;
  }
  throw new Error(`log must be sqlite:FILE, nats://HOST or memory:, got "${address}"`);
}

export function isNatsAddress(address: string): boolean {
  return address.startsWith("nats:");
}
