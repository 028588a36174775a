/**
 * A process that keeps responses in a disk store without end, to be killed: each body can be told
 * from what is known of the response, so that whoever reads it can see whether it is the one.
 *
 * Arguments: the store's folder, its bytes, a seed, the session that has checked it.
 */
import assert from "node:assert/strict";
import { silentLogger } from "../../src/base/logger.ts";
import { DiskStore } from "../../src/cache/disk/disk-store.ts";
import type { CacheStore } from "../../src/cache/store.ts";
import { bytesOf, keep, sampleBytes, sampleNow } from "./sample-responses.ts";

const keys = 200;
const lengths = [10, 1_000, 5_000, 20_000, 65_536, 65_537, 200_000, 700_000];

if (process.argv[1] === import.meta.filename) {
  const [folder = "", maxBytes = "0", seed = "1", session = "0"] = process.argv.slice(2);
  const place = { folder, maxBytes: Number(maxBytes), session, logger: silentLogger };
  const store = await DiskStore.open(place);
  process.send?.("open");
  await writeFor(store, Number(seed), () => true);
}

/** Keeps, finds right and removes responses, and reads what it finds, as long as it goes on. */
export async function writeFor(
  store: CacheStore,
  seed: number,
  goesOn: () => boolean,
): Promise<number> {
  let read = 0;
  for (let version = seed * 1_000_000; goesOn(); version += 1) {
    const number = (version * 7_919) % keys;
    const length = lengths[(version * 31) % lengths.length] as number;
    const headers = ["X-Version", `${version}`];
    await keep(store, `key ${number}`, sampleBytes(length, version), { headers });
    const other = `key ${(version * 104_729) % keys}`;
    read += await readChecked(store, other);
    const [stored] = store.variantsOf(other, sampleNow);
    if (stored !== undefined && version % 5 === 0) {
      store.refresh(stored, { ...stored.meta, revision: stored.meta.revision + 1 });
    }
    if (stored !== undefined && version % 50 === 0) store.remove(stored);
    await new Promise(setImmediate);
  }
  return read;
}

/**
 * Reads what is kept under a key.
 *
 * @returns how many responses it read
 * @throws AssertionError when one has another body than was given for it
 */
export async function readChecked(store: CacheStore, key: string): Promise<number> {
  let read = 0;
  for (const stored of store.variantsOf(key, sampleNow)) {
    const body = store.open(stored);
    if (body === undefined) continue;
    const version = Number(stored.meta.headers[1]);
    assert.equal(stored.key, key);
    assert.equal(body.length, stored.length);
    // It may go while it is read, when another process evicts it; then nothing of it is complete.
    const bytes = await bytesOf(body.slice(0, body.length)).catch(() => undefined);
    if (bytes === undefined) continue;
    assert.ok(bytes.equals(sampleBytes(stored.length, version)), `${key} of ${version} is corrupt`);
    read += 1;
  }
  return read;
}

/** @returns how many responses are there, all of them read and found right */
export async function readAllChecked(store: CacheStore): Promise<number> {
  let read = 0;
  for (let number = 0; number < keys; number += 1)
    read += await readChecked(store, `key ${number}`);
  return read;
}
