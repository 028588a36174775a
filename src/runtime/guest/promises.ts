/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Lets rejections pass where thrown errors do: a handler that is given to then() or catch() sees
 * njs's words, and a run that is over its limits does not go on in one.
 *
 * What then() returns is always a promise of V8's own. With a species a function could name others
 * to be called at the end of each job; when those throw, V8 prints a line to the process's
 * standard output, hundreds in one run.
 */
import type { GuestErrorText } from "./error-text.ts";
import type { GuestKit } from "./kit.ts";

export function guestPromises(kit: GuestKit, errors: GuestErrorText): void {
  "use strict";
  const nativeThen = Promise.prototype.then;
  const { apply, meter, getOwnPropertyDescriptor, hasOwn } = kit;
  const define = kit.defineProperty as (
    on: object,
    name: PropertyKey,
    as: PropertyDescriptor,
  ) => void;
  const { caught } = errors;
  const NativePromise = Promise;
  const nativePrototype = NativePromise.prototype;

  /** V8's then(), with the promise's constructor out of its sight. */
  const thenWithoutSpecies = (
    promise: Promise<unknown>,
    fulfilled: unknown,
    rejected: unknown,
  ): Promise<unknown> => {
    const parameters = [fulfilled, rejected] as never;
    const isPlain =
      typeof promise !== "object" ||
      promise === null ||
      (kit.getPrototypeOf(promise) === nativePrototype &&
        !hasOwn(promise, "constructor") &&
        getOwnPropertyDescriptor(nativePrototype, "constructor")?.value === NativePromise);
    if (isPlain) return apply(nativeThen, promise, parameters) as Promise<unknown>;
    const before = getOwnPropertyDescriptor(promise, "constructor");
    define(promise, "constructor", { value: NativePromise, configurable: true });
    const next = apply(nativeThen, promise, parameters) as Promise<unknown>;
    if (before === undefined) kit.deleteProperty(promise, "constructor");
    else define(promise, "constructor", before);
    return next;
  };

  const then = {
    // oxlint-disable-next-line unicorn/no-thenable -- this is where every promise gets its then
    then(this: Promise<unknown>, fulfilled?: unknown, rejected?: unknown): Promise<unknown> {
      meter.spend(300);
      const handler =
        typeof rejected === "function"
          ? (reason: unknown): unknown =>
              apply(rejected as () => unknown, undefined, [caught(reason)] as never)
          : rejected;
      return thenWithoutSpecies(this, fulfilled, handler);
    },
  }.then;
  // njs reads a list by its length, and what has none is an empty one.
  const listOf = (given: unknown): unknown => {
    if (given === undefined || given === null) {
      throw new kit.TypeError(`cannot get property "length" of ${kit.toText(given)}`);
    }
    if (typeof given === "string") return given;
    if (typeof given !== "object" && typeof given !== "function") return [];
    if (Symbol.iterator in given) return given;
    const length = kit.toLength((given as { length?: unknown }).length);
    const list: unknown[] = [];
    for (let i = 0; i < length; i += 1) {
      meter.spend(60);
      meter.allocate(16);
      list[i] = (given as ArrayLike<unknown>)[i];
    }
    return list;
  };
  for (const name of ["all", "allSettled", "any", "race"] as const) {
    const native = NativePromise[name] as (this: unknown, list: unknown) => unknown;
    const combinator = {
      [name](this: unknown, given?: unknown): unknown {
        return apply(native, this, [listOf(given)] as never);
      },
    }[name];
    kit.defineMethod(NativePromise, name, combinator);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- the kit is never awaited
  kit.then = thenWithoutSpecies;
  define(nativePrototype, "then", {
    value: then,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  // A realm of its own is not frozen.
  define(NativePromise, Symbol.species, { configurable: false });
}
