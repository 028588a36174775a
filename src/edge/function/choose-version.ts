/**
 * Which version of a function runs for a viewer, while traffic is shared among several.
 *
 * A hash of the viewer's address says it, so every worker and every edge says the same without asking,
 * and the same viewer gets the same version in every request. The hash is salted with the function and with the publish that
 * the newest version comes from: who is first for one function is not first for all of them. Newer versions
 * take the low end, so who had the new one when it was given 10 % still has it when it is given 20 %.
 *
 * What a cache stored is kept apart by version meanwhile; see {@link keptApart}.
 */
import { hash } from "node:crypto";
import type { Published, ServedShare } from "../../model/function-versions.ts";
import type { KeptApart } from "../record/kept-apart.ts";

type Serving = Pick<Published, "shares" | "settled">;

/**
 * @param name the function's
 * @param address the viewer's, in the one form in which the edge writes it
 */
export function chooseVersion(name: string, { shares }: Serving, address: string): ServedShare {
  const newest = shares[0]!;
  if (shares.length === 1) return newest;
  let point = positionOf(`${publishOf(name, newest)}\n${address}`);
  for (const share of shares) {
    if (point < share.share) return share;
    point -= share.share;
  }
  // Binary fractions may add up to a little less than 1.
  return shares.at(-1)!;
}

/**
 * What is a version's own in a cache's keys; nothing of the version that had all traffic before: it goes on with
 * what was kept for it, and so does whichever has all traffic afterwards.
 */
export function keptApart(
  name: string,
  { shares, settled }: Serving,
  chosen: ServedShare,
): KeptApart {
  const markOf = (share: ServedShare): string =>
    share.version === settled ? "" : publishOf(name, share);
  return { own: markOf(chosen), all: shares.map(markOf) };
}

/** Names a publish for good: numbers begin anew when a function is deleted and made again. */
function publishOf(name: string, { version, copy }: ServedShare): string {
  return `${name}:${version} ${copy.lastModifiedTime}`;
}

/** Cuts what 48 bits of the hash can be into equal parts. */
const positions = 2 ** 48;

/** @returns a number from 0 on and less than 1 */
function positionOf(text: string): number {
  return hash("sha256", text, "buffer").readUIntBE(0, 6) / positions;
}
