/** What a kept response takes beside its body: small bodies would otherwise come for nothing. */
import type { StoredMeta } from "./store.ts";

/** Objects, map entries and numbers of one response, measured: some 700 bytes with few headers. */
const perResponse = 512;
/** A string's header and the pointer to it. */
const perString = 24;

/** @returns bytes, by estimate */
export function metaBytes(key: string, meta: StoredMeta): number {
  let bytes = perResponse + key.length + meta.uri.length + meta.reason.length;
  for (const texts of [meta.headers, meta.varied ?? [], meta.tags]) {
    for (const text of texts) bytes += text.length + perString;
  }
  return bytes;
}
