/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Lets rejections pass where thrown errors do: a handler that is given to then() or catch() sees
 * njs's words, and a run that is over its limits does not go on in one.
 */
import type { GuestErrorText } from "./error-text.ts";
import type { GuestKit } from "./kit.ts";

export function guestPromises(kit: GuestKit, errors: GuestErrorText): void {
  "use strict";
  const nativeThen = Promise.prototype.then;
  const { apply, meter } = kit;
  const { caught } = errors;

  const then = {
    // oxlint-disable-next-line unicorn/no-thenable -- this is where every promise gets its then
    then(this: Promise<unknown>, fulfilled?: unknown, rejected?: unknown): Promise<unknown> {
      meter.spend(300);
      const handler =
        typeof rejected === "function"
          ? (reason: unknown): unknown =>
              apply(rejected as () => unknown, undefined, [caught(reason)] as never)
          : rejected;
      return apply(nativeThen, this, [fulfilled, handler] as never) as Promise<unknown>;
    },
  }.then;
  // oxlint-disable-next-line typescript/no-floating-promises -- a prototype is no promise
  kit.defineProperty(Promise.prototype, "then", {
    value: then,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
