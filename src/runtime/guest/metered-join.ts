/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * The built-ins that join an array's elements into one text, and the typed arrays' from.
 *
 * V8 builds such a text whole before anybody could count it, and loops in C++ over what the
 * customer's objects answer, where not even ending the isolate stops it. These are written out:
 * every piece and every turn is charged as it comes.
 */
import type { GuestKit } from "./kit.ts";

export function guestMeteredJoin(kit: GuestKit): void {
  "use strict";
  const { meter, apply, toText, TypeError } = kit;
  const { defineProperty, defineMethod, sizeOf } = kit;

  /** Arrays that are being joined; one that contains itself is empty there. */
  const joining: unknown[] = [];
  let depth = 0;

  const joined = (list: ArrayLike<unknown>, given: unknown, perElement: number): string => {
    const length = sizeOf(list);
    const separator = given === undefined ? "," : toText(given);
    meter.spend(200 + perElement * length);
    meter.allocate(separator.length * length);
    for (let i = 0; i < depth; i += 1) if (joining[i] === list) return "";
    joining[depth] = list;
    depth += 1;
    try {
      let text = "";
      for (let i = 0; i < length; i += 1) {
        const item = list[i];
        if (i > 0) text += separator;
        if (item === undefined || item === null) continue;
        if (typeof item === "symbol") {
          throw new TypeError("Cannot convert a Symbol value to a string");
        }
        const piece = toText(item);
        meter.allocate(piece.length);
        text += piece;
      }
      return text;
    } finally {
      depth -= 1;
      joining[depth] = undefined;
    }
  };
  const requireObject = (value: unknown, what: string): void => {
    if (value === undefined || value === null) {
      throw new TypeError(`${what} called on null or undefined`);
    }
  };
  const onArrays = {
    join(this: unknown[], separator?: unknown): string {
      requireObject(this, "Array.prototype.join");
      return joined(this, separator, 90);
    },
  };
  const onViews = {
    join(this: Uint8Array, separator?: unknown): string {
      return joined(this, separator, 40);
    },
  };
  const views = kit.getPrototypeOf(Uint8Array) as { prototype: object };
  defineMethod(Array.prototype, "join", onArrays.join);
  defineMethod(views.prototype, "join", onViews.join);

  if ("from" in views) {
    const fromList = {
      from(this: unknown, source?: ArrayLike<unknown>, map?: unknown, self?: unknown): unknown {
        if (map !== undefined && typeof map !== "function") {
          throw new TypeError('"mapfn" argument is not callable');
        }
        requireObject(source, "TypedArray.from");
        const length = sizeOf(source);
        meter.spend(200 + 60 * length);
        const made: unknown[] = kit.construct(this as never, [length]);
        for (let i = 0; i < length; i += 1) {
          const value = (source as ArrayLike<unknown>)[i];
          const mapped = map === undefined ? value : apply(map as never, self, [value, i] as never);
          made[i] = meter.number(mapped);
        }
        return made;
      },
    }.from;
    const ofList = {
      of(this: unknown, ...values: unknown[]): unknown {
        meter.spend(200 + 60 * values.length);
        const made: unknown[] = kit.construct(this as never, [values.length]);
        for (let i = 0; i < values.length; i += 1) made[i] = meter.number(values[i]);
        return made;
      },
    }.of;
    defineMethod(views, "from", fromList);
    defineMethod(views, "of", ofList);
  }
  for (const method of [onArrays.join, onViews.join]) {
    defineProperty(method, "length", { value: 1, configurable: true });
  }
}
