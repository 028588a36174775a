import { cacheStoreContract } from "../../test/support/cache-store-contract.ts";
import { MemoryStore } from "./memory-store.ts";

cacheStoreContract("MemoryStore", {
  open: async (_t, maxBytes) => {
    const store = new MemoryStore(maxBytes);
    return { store, bytes: () => store.bytes };
  },
  marginBytes: 0,
});
