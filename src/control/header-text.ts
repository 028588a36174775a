/**
 * Texts of settings that travel in the headers of requests and responses once they are applied. What
 * is no name or value of a header would end there as another header, or as a message of its own.
 */

/** RFC 9110 §5.6.2, token. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-zA-Z-]+$/.test(name);
}

/** RFC 9110 §5.5: visible characters, spaces and tabs, each of them one byte on the wire; or nothing. */
export function isHeaderValue(value: string): boolean {
  return /^[\t\u{20}-\u{7E}\u{80}-\u{FF}]*$/u.test(value);
}

/** Wider than RFC 6265's token: sites name cookies like `cart[id]`, and lists of them have `?`. */
export function isCookieName(name: string): boolean {
  return /^[!-~]+$/.test(name) && !/[=;,]/.test(name);
}

/** As it stands in a URL, where anything else is percent-encoded. */
export function isQueryStringName(name: string): boolean {
  return /^[!-~]+$/.test(name) && !/[=&#;,]/.test(name);
}
