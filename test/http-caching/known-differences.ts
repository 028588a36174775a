/**
 * Where we answer otherwise than a case says. A case that is listed and passes fails the run, so the list only
 * shrinks honestly.
 */
import type { HttpCaching } from "../../src/edge/caching/keeping.ts";

export interface KnownDifference {
  /** The case's name. */
  readonly name: string;
  /** In which it differs. */
  readonly readings: readonly HttpCaching[];
  readonly reason: string;
  readonly isMeant: boolean;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    name: "a 103 goes before the response, and is not kept",
    readings: ["strict"],
    reason: "interim responses end at the edge, as CloudFront's do",
    isMeant: true,
  },
];
