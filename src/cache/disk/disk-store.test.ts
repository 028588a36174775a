import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../base/logger.ts";
import { cacheStoreContract } from "../../../test/support/cache-store-contract.ts";
import { DiskStore } from "./disk-store.ts";
import { filesOf } from "./generation.ts";
import { replaceGeneration } from "./replace-generation.ts";

cacheStoreContract("DiskStore", {
  open: async (t, maxBytes) => {
    const folder = mkdtempSync(join(tmpdir(), "footlight-cache-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    // What has just been made needs no check, which is a process each time.
    writeFileSync(filesOf(replaceGeneration(folder, undefined)).checked, "test");
    const place = { folder, maxBytes, session: "test", logger: silentLogger };
    const store = await DiskStore.open(place);
    return { store, bytes: () => store.bytes };
  },
  marginBytes: 2 * 1024 * 1024,
});
