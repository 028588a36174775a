/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/** `require` and what `import` becomes: the modules of the runtime, by name. */
import type { GuestKit } from "./kit.ts";

/** What a module is made of; the cloudfront module also keeps what one invocation asked for. */
export interface CloudfrontModule {
  module: object;
  reset(): void;
  /** Called when the event is known. @param location where it is not this edge's, or "" */
  begin(forRequest: boolean, location: string): void;
  /** Called when the handler is about to run. @param tenant what is told of the event's, or "" */
  beginHandler(tenant: string): void;
  /** What the edge is to do, as members of the answer's JSON behind a comma, or nothing. */
  takeAsked(): string;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestModules(
  kit: GuestKit,
  table: Record<string, object>,
  cloudfront: CloudfrontModule | undefined,
) {
  "use strict";
  const find = (name: unknown): object | undefined =>
    typeof name === "string" && kit.hasOwn(table, name) ? table[name] : undefined;

  const require = function require(name: unknown): object {
    kit.meter.spend(300);
    const module = find(name);
    if (module === undefined) throw new kit.Error(`Cannot find module "${kit.toText(name)}"`);
    return module;
  };
  kit.defineProperty(globalThis, "require", {
    value: require,
    writable: true,
    enumerable: false,
    configurable: true,
  });

  return {
    /** What `import name from "module"` binds. */
    required(name: string): object {
      kit.meter.spend(300);
      const module = find(name);
      if (module === undefined) throw new kit.SyntaxError(`Cannot find module "${name}"`);
      return module;
    },
    reset(): void {
      if (cloudfront !== undefined) cloudfront.reset();
    },
    begin(forRequest: boolean, location: string): void {
      if (cloudfront !== undefined) cloudfront.begin(forRequest, location);
    },
    beginHandler(tenant: string): void {
      if (cloudfront !== undefined) cloudfront.beginHandler(tenant);
    },
    takeAsked: (): string => (cloudfront === undefined ? "" : cloudfront.takeAsked()),
  };
}

export type GuestModules = ReturnType<typeof guestModules>;
