/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** What the generated wrappers of charges.ts are handed: how large a value is, and how to replace a built-in. */
import type { GuestKit } from "./kit.ts";

type Method = (this: unknown, ...parameters: unknown[]) => unknown;

type Install = (
  kit: GuestKit,
  wrap: (on: object, name: string, make: (original: Method) => Method) => void,
  size: (value: unknown) => number,
  many: (value: unknown) => number,
  weigh: (value: unknown) => number,
  expansion: (self: unknown, pattern: unknown, replacement: unknown) => void,
) => void;

export function guestChargeBuiltins(kit: GuestKit, install: Install): void {
  "use strict";
  const { meter, isArray, keys, defineProperty, getOwnPropertyDescriptor, indexOf } = kit;
  const isView = ArrayBuffer.isView;

  /** The length of a string, an array, a view or whatever says it has one. */
  const size = (value: unknown): number => {
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return 0;
    if (isArray(value)) return value.length;
    if (isView(value)) return (value as Uint8Array).length ?? 0;
    const { length } = value as { length?: unknown };
    return typeof length === "number" && length > 0 ? length : 0;
  };

  const many = (value: unknown): number => {
    const count = kit.Number(value);
    return count > 0 ? count : 0;
  };

  /** The number of own enumerable properties. */
  const weigh = (value: unknown): number => {
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return 0;
    if (isArray(value) || isView(value)) return size(value);
    return keys(value).length;
  };

  /** Bounds what a replacement can grow to: each match may insert all of the text, per "$". */
  const expansion = (self: unknown, pattern: unknown, replacement: unknown): void => {
    if (typeof self !== "string" || typeof replacement !== "string") return;
    const matches = typeof pattern === "string" ? 1 : self.length + 1;
    const grows =
      indexOf(replacement, "$") < 0 ? replacement.length : replacement.length * self.length;
    if (matches * grows > 1_048_576) meter.allocate(matches * grows);
  };

  const wrap = (on: object, name: string, make: (original: Method) => Method): void => {
    const own = getOwnPropertyDescriptor(on, name);
    if (own === undefined) throw new kit.Error(`There is no built-in ${name} to charge for`);
    const original = own.value as Method;
    const wrapper = make(original);
    defineProperty(wrapper, "length", { value: original.length, configurable: true });
    defineProperty(on, name, { ...own, value: wrapper });
  };

  install(kit, wrap, size, many, weigh, expansion);

  // Constructors that allocate as much as they are told.
  const bytesPerElement = (on: { BYTES_PER_ELEMENT?: number }): number => on.BYTES_PER_ELEMENT ?? 1;
  const sized = [
    Array,
    ArrayBuffer,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ];
  for (const original of sized) {
    const each = original === Array ? 16 : bytesPerElement(original as never);
    const { name } = original;
    const wrapper = {
      [name]: function (this: unknown, ...parameters: unknown[]): unknown {
        const first = parameters[0];
        meter.spend(300);
        if (typeof first === "number") {
          if (first > 0) meter.allocate(each * first);
        } else meter.allocate(each * size(first));
        if (new.target === undefined)
          return kit.apply(original as never, undefined, parameters as never);
        return kit.construct(
          original as never,
          parameters,
          new.target === wrapper ? original : new.target,
        );
      },
    }[name] as unknown as object;
    for (const key of kit.ownKeys(original)) {
      // Without a species, what map() and slice() make is a plain array, made without us.
      if (key === Symbol.species) continue;
      const own = getOwnPropertyDescriptor(original, key) as PropertyDescriptor;
      defineProperty(
        wrapper,
        key,
        key === "prototype" ? { value: own.value, writable: false } : own,
      );
    }
    defineProperty(original.prototype, "constructor", {
      value: wrapper,
      writable: true,
      enumerable: false,
      configurable: true,
    });
    kit.setPrototypeOf(wrapper, kit.getPrototypeOf(original));
    defineProperty(globalThis, name, {
      value: wrapper,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
}
