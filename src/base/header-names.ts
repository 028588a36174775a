/**
 * The names of headers, each spelling known once: the same few come again with every message.
 *
 * A name that was cut out of a message is a part of it to V8, and keeps all of its text in memory;
 * and its hash is worked out anew for each look-up. So a name is exchanged for the one string
 * that stands for its spelling, whose lower case is known as well.
 */
import { RecentMap } from "./recent-map.ts";

export interface HeaderName {
  /** As it was written; the same string for the same spelling, as long as it is in use. */
  readonly spelling: string;
  readonly lower: string;
}

/** Whoever sends messages chooses the names, so what is remembered is bounded, in number and length. */
const names = new RecentMap<string, HeaderName>(4096);
const rememberedLengthMax = 64;

export function headerName(spelling: string): HeaderName {
  const known = names.get(spelling);
  if (known !== undefined) return known;
  if (spelling.length > rememberedLengthMax) return { spelling, lower: spelling.toLowerCase() };
  const own = Buffer.from(spelling, "utf16le").toString("utf16le");
  const name = { spelling: own, lower: own.toLowerCase() };
  names.set(own, name);
  return name;
}
