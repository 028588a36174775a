/**
 * Tells a connection of HTTP/2 that is used from one that is flooded: with pings, settings, window updates, or bodies in
 * pieces of a byte. Each such frame costs an edge some microseconds, and a viewer none.
 *
 * What a connection has read is set against what it has carried, heads and bodies in both directions: frames of a viewer who
 * means no harm, about a stream's flow or a connection's health, come to a fraction of that.
 */

/** What may be read for nothing, in bytes: 3,800 pings at once, some 60 ms of a worker's time, and 3 a second after that. */
const allowance = 2 ** 16;
const allowedPerSecond = 64;
/** How many bytes may be read for one that is carried. */
const readForOne = 5;

/** What a stream has carried so far. */
export interface Carrying {
  /** To whom asks, in bytes. */
  readonly viewer: { readonly bytesSent: number; readonly bodyBytes: number };
}

export function carriedBy({ viewer: { bytesSent, bodyBytes } }: Carrying): number {
  return bytesSent + bodyBytes;
}

/**
 * @param bytesRead by the connection since it began
 * @param ageMs how long that is ago
 * @param carried by streams that are over, with the heads of all
 */
export function isFlooded(
  bytesRead: number,
  ageMs: number,
  carried: number,
  underWay: Iterable<Carrying>,
): boolean {
  // Most connections never come to where those under way have to be counted.
  const free = allowance + (ageMs / 1000) * allowedPerSecond;
  if (bytesRead <= free + readForOne * carried) return false;
  let all = carried;
  for (const each of underWay) all += carriedBy(each);
  return bytesRead > free + readForOne * all;
}
