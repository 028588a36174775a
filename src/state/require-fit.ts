/** Refusing a change that does not fit the state it is applied to: the log is damaged then. */
import type { Change } from "./change.ts";

interface Collection<T> {
  get(key: string): T | undefined;
}

export function requirePresent<T>(collection: Collection<T>, key: string, change: Change): T {
  const value = collection.get(key);
  if (value === undefined) throw doesNotFit(change, `there is no "${key}"`);
  return value;
}

export function requireAbsent(collection: Collection<unknown>, key: string, change: Change): void {
  if (collection.get(key) !== undefined) throw doesNotFit(change, `"${key}" is there already`);
}

/** @param recorded what the change says it came to; absent in changes from before that was recorded */
export function requireSame<T>(
  what: string,
  recorded: T | undefined,
  found: T,
  change: Change,
): void {
  if (recorded === undefined || recorded === found) return;
  throw doesNotFit(change, `its ${what} is ${String(recorded)}, and here it is ${String(found)}`);
}

export function doesNotFit({ type, at, cause }: Change, why: string): Error {
  const origin = `${cause.operation}, request ${cause.requestId}, at ${at}`;
  return new Error(`A change does not fit the state: ${type}, but ${why} (${origin})`);
}
