/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** Takes away what CloudFront's runtime does not have, and every way to make code from text. */
import type { GuestKit } from "./kit.ts";

export function guestGlobals(
  kit: GuestKit,
  allowed: readonly string[],
  builtins: Record<string, readonly string[]>,
): void {
  "use strict";
  const { defineProperty, getPrototypeOf } = kit;

  const isAllowed = (name: string | symbol): boolean => {
    for (let i = 0; i < allowed.length; i += 1) if (allowed[i] === name) return true;
    return false;
  };
  const names = kit.ownKeys(globalThis);
  for (const name of names) {
    if (isAllowed(name)) continue;
    // What a flag of V8's adds, such as gc, can't be deleted.
    const isGone = kit.deleteProperty(globalThis, name);
    if (!isGone) (globalThis as Record<string | symbol, unknown>)[name] = undefined;
  }

  const define = (on: object, name: string, value: unknown): void => {
    defineProperty(on, name, { value, writable: true, enumerable: false, configurable: true });
  };

  // Code from text: the four function constructors, wherever they can be reached from, and eval.
  const refusal = 'function constructor is disabled in "safe" mode';
  const NativeFunction = Function;
  const everything = globalThis;
  const refused = function Function(...parts: unknown[]): () => unknown {
    // njs's one exception: it is how portable code finds the global object.
    if (parts.length === 1 && kit.toText(parts[0]) === "return this") {
      return function anonymous() {
        return everything;
      };
    }
    throw new kit.TypeError(refusal);
  };
  defineProperty(refused, "prototype", {
    value: NativeFunction.prototype,
    writable: false,
    enumerable: false,
    configurable: false,
  });
  define(globalThis, "Function", refused);
  const samples = [
    function plain() {},
    async function asynchronous() {},
    function* generator() {},
    async function* asynchronousGenerator() {},
  ];
  for (const sample of samples) {
    const prototype = getPrototypeOf(sample) as object;
    defineProperty(prototype, "constructor", {
      value: refused,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
  // What iterators have beyond next() came after both runtimes, and would run without being counted.
  const iterators = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()) as object) as object;
  for (const name of kit.ownKeys(iterators)) {
    if (name !== Symbol.iterator) kit.deleteProperty(iterators, name);
  }
  kit.deleteProperty(RegExp.prototype, Symbol.matchAll);

  class InternalError extends Error {}
  define(InternalError.prototype, "name", "InternalError");
  define(globalThis, "InternalError", InternalError);
  class MemoryError extends Error {}
  define(MemoryError.prototype, "name", "MemoryError");
  define(globalThis, "MemoryError", MemoryError);
  define(
    globalThis,
    "eval",
    {
      eval(): never {
        throw new InternalError("Not implemented");
      },
    }.eval,
  );

  // Among what goes: stack traces, which name our own files, and RegExp's memory of the last match,
  // which would tell one invocation about another.
  for (const path of kit.keys(builtins)) {
    let owner: unknown = globalThis;
    for (const step of kit.split(path, ".")) {
      owner = (owner as Record<string, unknown> | undefined)?.[step];
    }
    if (owner === undefined) continue;
    const kept = builtins[path] as readonly string[];
    for (const name of kit.ownKeys(owner as object)) {
      if (typeof name === "symbol") continue;
      let isKept = false;
      for (const each of kept) if (each === name) isKept = true;
      const own = kit.getOwnPropertyDescriptor(owner, name);
      if (!isKept && own?.configurable === true) {
        delete (owner as Record<string, unknown>)[name];
      }
    }
  }
}
