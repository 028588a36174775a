/**
 * Looks names up for connections that may lead to the public internet only.
 *
 * What it answers is what is connected to, and nothing is looked up a second time: a name that
 * means another address a moment later changes nothing.
 */
import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { OriginError } from "./faults.ts";
import { isPublicAddress } from "./private-addresses.ts";

/** @returns whose every answer is public; it fails with an OriginError where there is none */
export function publicLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        done(error, []);
        return;
      }
      const addresses = found as LookupAddress[];
      const [first, ...others] = addresses.filter(({ address }) => isPublicAddress(address));
      if (first === undefined) done(refusedAt(hostname, addresses), []);
      else if (options.all === true) done(null, [first, ...others]);
      else done(null, first.address, first.family);
    });
  };
}

function refusedAt(hostname: string, addresses: readonly LookupAddress[]): OriginError {
  const where = addresses.map(({ address }) => address).join(", ");
  return refusedOrigin(`${hostname} is at ${where}`);
}

/** @param where like `localhost is at 127.0.0.1` */
export function refusedOrigin(where: string): OriginError {
  const why = "which is not public, and --refuse-private-origins is set";
  return new OriginError("refused", `${where}, ${why}`);
}
