/** Texts as the API carries code: UTF-8 in base64. */

/** As many arguments as a call takes for certain. */
const bytesAtOnce = 0x8000;

export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesAtOnce) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + bytesAtOnce)));
  }
  return btoa(parts.join(""));
}

/** What is no UTF-8 becomes U+FFFD. */
export function decodeBase64(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.codePointAt(0)!));
}
