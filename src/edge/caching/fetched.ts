/** What came of a fetch, as everybody who waited for it gets it. */
import type { Stored, StoredMeta } from "../../cache/store.ts";
import type { Refusal } from "../answer/refusals.ts";

export type Fetched =
  /** A response whose body the flight hands out. */
  | {
      readonly kind: "response";
      readonly meta: StoredMeta;
      /** Of the body; undefined while nobody knows. */
      readonly length: number | undefined;
    }
  /** What was kept is still right, or stands in for what the origin failed to give. */
  | { readonly kind: "kept"; readonly stored: Stored; readonly outcome: "refreshed" | "stale" }
  | { readonly kind: "failed"; readonly refusal: Refusal };
