/**
 * Whether a request's Transfer-Encoding leaves one way to read where its body ends.
 *
 * Node's parser takes any list of codings that ends in chunked, and each line for a list of its own;
 * no more than chunks are understood here.
 */

/** @param transferEncoding what all lines of the header say together */
export function isPlainlyChunked(transferEncoding: string, httpVersion: string): boolean {
  return httpVersion === "1.1" && transferEncoding.toLowerCase() === "chunked";
}
