/**
 * The spelling by which an object's URI and the paths of invalidations are compared: two spellings of
 * one URI (RFC 3986 §6.2.2) are one object to whoever invalidates it, though each is kept by itself.
 */

/** @param uri in Latin-1: a path, and what follows it */
export function comparedUri(uri: string): string {
  if (!/[^!$&-;=?@A-Z_a-z]/.test(uri)) return uri;
  return uri.replaceAll(/%[0-9a-f]{2}|[^!$%&-;=?@A-Z_a-z~]/gi, (found) => {
    if (found.length === 1) return percentEncoded(found.charCodeAt(0));
    const code = Number.parseInt(found.slice(1), 16);
    const character = String.fromCharCode(code);
    return /[\w.~-]/.test(character) ? character : percentEncoded(code);
  });
}

function percentEncoded(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
