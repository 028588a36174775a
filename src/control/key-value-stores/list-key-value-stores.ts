/** ListKeyValueStores: all stores of the account, by name. */
import type { Operation } from "../operation.ts";
import { pageOf } from "../page.ts";
import { keyValueStoreOutput, readyStatus } from "./key-value-store-output.ts";

/** Every store is READY, so any other `Status` finds none. */
export const listKeyValueStores: Operation<"ListKeyValueStores"> = async (input, context) => {
  const state = context.state();
  const isAskedFor = !input.Status || input.Status === readyStatus;
  const stores = isAskedFor ? [...state.keyValueStores.values()] : [];
  stores.sort((a, b) => (a.name < b.name ? -1 : 1));

  const page = pageOf(stores, ({ name }) => name, input);
  return {
    KeyValueStoreList: {
      MaxItems: page.maxItems,
      Quantity: page.items.length,
      ...(page.nextMarker !== undefined && { NextMarker: page.nextMarker }),
      ...(page.items.length > 0 && {
        Items: page.items.map((store) => keyValueStoreOutput(store, state.account)),
      }),
    },
  };
};
