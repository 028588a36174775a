/** Opens the change log that an address names: the value of the option `log`. */
import type { ChangeLog } from "./change-log.ts";
import { MemoryLog } from "./memory-log.ts";
import { SqliteLog } from "./sqlite-log.ts";

/**
 * @param address `sqlite:FILE`, where FILE is relative to the working directory, or `memory:`
 * @throws when the address is another, or what it names cannot be opened
 */
export async function openLog(address: string): Promise<ChangeLog> {
  if (address === "memory:") return new MemoryLog();
  const file = /^sqlite:(?<file>.+)$/.exec(address)?.groups?.["file"];
  if (file === ":memory:")
    throw new Error('log must be "memory:" for a log in memory, got "sqlite::memory:"');
  if (file !== undefined) return new SqliteLog(file);
  if (address.startsWith("nats:")) {
    // The address may hold a password, so it is not repeated.
    throw new Error(
      "This version cannot keep its log in NATS yet: log must be sqlite:FILE or memory:",
    );
  }
  throw new Error(`log must be sqlite:FILE or memory:, got "${address}"`);
}
