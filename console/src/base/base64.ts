/** Texts as the API carries code: UTF-8 in base64. */

export function encodeBase64(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}

/** What is no UTF-8 becomes U+FFFD. */
export function decodeBase64(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.codePointAt(0)!));
}
