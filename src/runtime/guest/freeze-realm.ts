/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Freezes everything that customer code can reach from the start, so that nothing can be left
 * there for the next invocation.
 *
 * In a frozen realm `o.toString = …` would throw for every o that inherits a frozen toString, and
 * so would `headers.constructor = …`. The properties of Object.prototype and of the errors'
 * prototypes therefore become accessors whose setter defines the property on the receiver, which
 * is what the assignment does on CloudFront. Code that changes a built-in itself fails here; the
 * host sees that and runs it in a context of its own that is not frozen (function-isolate.ts).
 */
import type { GuestErrorText } from "./error-text.ts";
import type { GuestKit } from "./kit.ts";

export function guestFreezeRealm(
  kit: GuestKit,
  errors: GuestErrorText,
  frozen: boolean,
  modules: object,
): void {
  "use strict";
  if (!frozen) return;
  const { ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf, freeze } = kit;

  const overridable: object[] = [
    Object.prototype,
    Error.prototype,
    TypeError.prototype,
    RangeError.prototype,
    ReferenceError.prototype,
    SyntaxError.prototype,
    URIError.prototype,
    EvalError.prototype,
  ];
  const seen = new kit.WeakSet<object>();
  const pending: unknown[] = [globalThis, modules];
  for (const prototype of overridable) {
    for (const name of ownKeys(prototype)) {
      const own = getOwnPropertyDescriptor(prototype, name);
      if (own === undefined || !("value" in own)) continue;
      const { value } = own;
      // From now on only the getter holds it, and whoever reads the property.
      pending.push(value);
      defineProperty(prototype, name, {
        get: () => value,
        set(this: unknown, given: unknown) {
          if (this === prototype) {
            errors.state.tampered = true;
            throw new kit.TypeError(
              `Cannot assign to read-only property "${kit.toText(name)}" of object`,
            );
          }
          if (typeof this !== "object" && typeof this !== "function") return;
          if (this === null) return;
          defineProperty(this, name, {
            value: given,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        },
        enumerable: false,
        configurable: false,
      });
    }
  }

  /**
   * Freezes without Object.freeze, which on these two makes V8 give up its fast way of letting
   * arrays grow: a million pushes by index then take 1.1 s in place of 0.1.
   */
  const freezeByHand = (value: object): void => {
    for (const name of ownKeys(value)) {
      const own = getOwnPropertyDescriptor(value, name) as PropertyDescriptor;
      const fixed =
        "value" in own ? { writable: false, configurable: false } : { configurable: false };
      defineProperty(value, name, fixed);
    }
    kit.preventExtensions(value);
  };

  const hidden = [
    async function asynchronous() {},
    function* generator() {},
    async function* asynchronousGenerator() {},
    [][Symbol.iterator](),
    ""[Symbol.iterator](),
  ];
  for (const value of hidden) pending.push(value);
  for (const value of kit.hidden) pending.push(value);
  // Where V8 gives errors a stack by accessors, every error that it throws shares the two functions.
  try {
    kit.getPrototypeOf(null);
  } catch (error) {
    const stack = getOwnPropertyDescriptor(error, "stack");
    if (stack !== undefined) pending.push(stack.get, stack.set);
  }
  while (pending.length > 0) {
    const value = pending.pop();
    if ((typeof value !== "object" && typeof value !== "function") || value === null) continue;
    if (seen.has(value)) continue;
    seen.add(value);
    pending.push(getPrototypeOf(value));
    for (const name of ownKeys(value)) {
      const own = getOwnPropertyDescriptor(value, name);
      if (own === undefined) continue;
      pending.push(own.value, own.get, own.set);
    }
    if (value === Object.prototype || value === Array.prototype) freezeByHand(value);
    else freeze(value);
  }
}
