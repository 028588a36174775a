/**
 * Whose a viewer's address is, as far as turns go: an IPv6 address by its first 64 bits, because whoever
 * has one of them usually has all that begin with these.
 */
import { plainAddress } from "../../base/plain-address.ts";

/** @param ip as a socket tells it: IPv4, or IPv6 in its shortest form */
export function viewerNetwork(ip: string): string {
  const plain = plainAddress(ip);
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  if (tail === undefined) return first.slice(0, 4).join(":");
  const last = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0");
  return [...first, ...zeros, ...last].slice(0, 4).join(":");
}
