/**
 * What is said of a request in place of what is so, for whoever tries out what the edge does then: its viewer is
 * elsewhere, its device another, its origin down.
 */
import type { ViewerDevice } from "./device-kinds.ts";
import type { ViewerPlace } from "./viewer-place.ts";

/** How an origin is to behave. */
export type OriginHealth =
  /** It takes no connection. */
  | { readonly kind: "down" }
  /** It takes the request and answers nothing within its response timeout. */
  | { readonly kind: "slow" }
  /** It answers so much later than it would, in milliseconds. */
  | { readonly kind: "late"; readonly ms: number }
  /** It is not asked, and answers with this status. */
  | { readonly kind: "status"; readonly status: number };

export interface Mocked {
  /** All of it in words, in ASCII: `country=DE, city=K%C3%B6ln`. */
  readonly told: string;
  /** Set when what the request says so is no such thing: a sentence for whoever sent it. */
  readonly wrong: string | undefined;
  /** Undefined where the viewer's User-Agent counts. */
  readonly device: ViewerDevice | undefined;
  readonly ja3: string | undefined;
  readonly ja4: string | undefined;
  /** The edge location that the viewer came to; undefined where it is this one. */
  readonly pop: string | undefined;
  /** @param found what is known of the viewer's address */
  placeOver(found: ViewerPlace): ViewerPlace;
  /** @returns undefined where the origin is as it is */
  originHealth(origin: OriginNames): OriginHealth | undefined;
}

export interface OriginNames {
  readonly id: string;
  readonly domainName: string;
}
