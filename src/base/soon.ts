/**
 * What is known now, as nearly always, or later. A step that awaits costs a request a turn of the
 * event loop's own bookkeeping, some tenths of a microsecond each; so nothing waits that need not.
 */

export type Soon<T> = T | Promise<T>;

/** Goes on with a value: at once where it is known. */
export function whenKnown<T, U>(value: Soon<T>, go: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(go) : go(value);
}
