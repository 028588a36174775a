/** Goes over all that a disk store keeps, some of it in each turn of the event loop. */
import type { Stored } from "../store.ts";
import { DamagedIndex } from "./damage.ts";
import type { IndexFile } from "./index-file.ts";
import { rangeOf } from "./index-keys.ts";
import { decodeRecord } from "./record.ts";

/** How long it takes at a time. */
const turnMs = 2;

/** @param isClosed whether the index must not be asked any more */
export async function* allKept(index: IndexFile, isClosed: () => boolean): AsyncGenerator<Stored> {
  const { start, end } = rangeOf("record");
  for (let from: Uint8Array = start; !isClosed();) {
    let last: Uint8Array | undefined;
    const kept: Stored[] = [];
    const until = performance.now() + turnMs;
    index.resetReadTxn();
    for (const { key, value } of index.getRange({ start: from, end })) {
      last = Buffer.from(key);
      const record = decodeRecord(value);
      for (const { meta, length } of record?.variants ?? []) {
        kept.push({ key: record?.key ?? "", meta, length });
      }
      if (performance.now() > until) break;
    }
    if (last === undefined) return;
    // Else it might never end.
    if (Buffer.compare(last, from) < 0)
      throw new DamagedIndex("Keys of the index are out of order");
    // Outside the range, which stands on pages that may not be held.
    yield* kept;
    // The next key that there can be.
    from = Buffer.concat([last, Buffer.of(0)]);
    await new Promise(setImmediate);
  }
}
