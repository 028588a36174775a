/** The cache of an edge: what it keeps, what is being fetched for it, and how it reads the rules. */
import { Flights } from "../../cache/flights.ts";
import type { CacheStore } from "../../cache/store.ts";
import { Compressions } from "./compress.ts";
import type { Fetched } from "./fetched.ts";
import { Failures } from "./failures.ts";
import type { HttpCaching } from "./keeping.ts";

export interface Cache {
  readonly store: CacheStore;
  readonly flights: Flights<Fetched>;
  /** Keys whose origin failed a moment ago. */
  readonly failures: Failures;
  readonly compressions: Compressions;
  readonly reading: HttpCaching;
}

export function createCache(store: CacheStore, reading: HttpCaching): Cache {
  return {
    store,
    reading,
    flights: new Flights<Fetched>(),
    failures: new Failures(),
    compressions: new Compressions(),
  };
}
