/** What can happen to key value stores, as facts of the change log. */
import type { KeyValuePair } from "../model/key-value-store.ts";
import type { Tag } from "../model/tag.ts";

export type KeyValueFact =
  | {
      readonly type: "key-value-store-created";
      readonly id: string;
      readonly name: string;
      readonly comment?: string;
      /** What was imported: the whole content, so that a store is there with all of it or not at all. */
      readonly pairs: readonly KeyValuePair[];
      readonly tags?: readonly Tag[];
    }
  | {
      readonly type: "key-value-store-updated";
      readonly id: string;
      readonly comment: string;
    }
  | { readonly type: "key-value-store-deleted"; readonly id: string }
  | {
      /** One write of the data API, whatever the number of keys. No key is in both lists. */
      readonly type: "key-values-changed";
      readonly id: string;
      readonly puts: readonly KeyValuePair[];
      readonly deletes: readonly string[];
    };

/** A row for each, so that a fact without one is a compile error. */
export const keyValueFactTypes: Readonly<Record<KeyValueFact["type"], true>> = {
  "key-value-store-created": true,
  "key-value-store-updated": true,
  "key-value-store-deleted": true,
  "key-values-changed": true,
};
