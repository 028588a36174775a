const decoder = new TextDecoder("utf-8", { fatal: true });

/** @returns the text, without a byte order mark; undefined for bytes that are no UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
