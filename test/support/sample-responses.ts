/** Responses to keep and ways to read them back: what the contract of stores is told in. */
import type { BodySink, BodySource } from "../../src/base/body.ts";
import type { CacheStore, Stored, StoredMeta } from "../../src/cache/store.ts";

/** Some time in 2026. */
export const sampleNow = 1_790_000_000_000;

/** @returns a response that is fresh for a minute */
export function sampleMeta(changes: Partial<StoredMeta> = {}): StoredMeta {
  return {
    status: 200,
    reason: "OK",
    headers: ["Content-Type", "text/plain", "ETag", '"1"'],
    storedAt: sampleNow,
    initialAge: 0,
    freshUntil: sampleNow + 60_000,
    updatingUntil: 0,
    staleUntil: 0,
    revision: 1,
    uri: "/",
    tags: [],
    ...changes,
  };
}

/** Keeps a response from beginning to commit. */
export async function keep(
  store: CacheStore,
  key: string,
  body: string | Uint8Array,
  changes: Partial<StoredMeta> = {},
): Promise<Stored | undefined> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const writer = store.begin(key, sampleMeta(changes), bytes.length);
  if (writer === undefined) return undefined;
  for (let from = 0; from < bytes.length; from += 65_536) {
    if (!writer.write(bytes.subarray(from, from + 65_536))) {
      await new Promise<void>((resolve) => writer.whenReady(resolve));
    }
  }
  writer.end();
  return await writer.commit();
}

/** @returns the bodies of a key's variants, newest first */
export async function keptTexts(
  store: CacheStore,
  key: string,
  now = sampleNow,
): Promise<string[]> {
  const texts: string[] = [];
  for (const stored of store.variantsOf(key, now)) {
    const body = store.open(stored);
    texts.push(body === undefined ? "gone" : await textOf(body.slice(0, body.length)));
  }
  return texts;
}

export async function textOf(body: BodySource): Promise<string> {
  return (await bytesOf(body)).toString();
}

/**
 * Reads a body to its end.
 *
 * @param waits whether to have it wait after each chunk
 * @throws when it breaks off, or goes on while it was to wait
 */
export function bytesOf(body: BodySource, waits = false): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let isWaiting = false;
  return new Promise((resolve, reject) => {
    const sink: BodySink = {
      write(chunk) {
        if (isWaiting) reject(new Error("The body goes on though it was to wait"));
        chunks.push(Buffer.from(chunk));
        isWaiting = waits;
        return !waits;
      },
      whenReady(go) {
        setImmediate(() => {
          isWaiting = false;
          go();
        });
      },
      end: () => resolve(Buffer.concat(chunks)),
      breakOff: () => reject(new Error("The body broke off")),
    };
    body.sendTo(sink);
  });
}

/** @returns bytes that differ at every place, and with every seed */
export function sampleBytes(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = Math.imul(seed, 2_654_435_769) | 1;
  for (let index = 0; index < words.length; index += 1) {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) + index;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}
