/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Symbol without what is newer than the runtimes, and with a registry of the invocation's own:
 * V8's lasts as long as the isolate does, and whoever fills it ends the process.
 */
import type { GuestKit } from "./kit.ts";

export function guestSymbols(kit: GuestKit): void {
  "use strict";
  const { meter, create, toText, defineProperty, reset, TypeError } = kit;
  if (!("for" in Symbol)) return;
  const NativeSymbol = Symbol;
  let byName: Record<string, symbol> = create(null);
  let names: Record<symbol, string> = create(null);
  let isUsed = false;

  const methods = {
    for(given?: unknown): symbol {
      meter.spend(300);
      const name = toText(given);
      const known = byName[name];
      if (known !== undefined) return known;
      meter.allocate(64 + name.length);
      isUsed = true;
      const made = NativeSymbol(name);
      byName[name] = made;
      names[made] = name;
      return made;
    },
    keyFor(symbol?: unknown): string | undefined {
      meter.spend(100);
      if (typeof symbol !== "symbol") throw new TypeError(`${toText(symbol)} is not a symbol`);
      return names[symbol];
    },
  };
  defineProperty(NativeSymbol, "for", {
    value: methods.for,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  defineProperty(NativeSymbol, "keyFor", {
    value: methods.keyFor,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  // What came after both runtimes can't be deleted, so Symbol itself is another without it.
  const since = ["dispose", "asyncDispose"];
  const OwnSymbol = {
    Symbol(description?: unknown): symbol {
      meter.spend(100);
      return NativeSymbol(description as string | undefined);
    },
  }.Symbol;
  for (const name of kit.ownKeys(NativeSymbol)) {
    if (name === since[0] || name === since[1]) continue;
    const own = kit.getOwnPropertyDescriptor(NativeSymbol, name) as PropertyDescriptor;
    defineProperty(OwnSymbol, name, own);
  }
  for (const [on, name] of [
    [NativeSymbol.prototype, "constructor"],
    [globalThis, "Symbol"],
  ] as const) {
    defineProperty(on, name, {
      value: OwnSymbol,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
  kit.reset = (): void => {
    reset();
    if (!isUsed) return;
    byName = create(null);
    names = create(null);
    isUsed = false;
  };
}
