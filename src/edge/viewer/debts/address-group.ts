/**
 * Whom an address stands for: in IPv4 whoever has it, in IPv6 its network of 64 bits, of which one viewer has all addresses
 * (RFC 6177 §2, RFC 8981 §2).
 */
import { plainAddress } from "../../../base/plain-address.ts";

/** @param address as a socket or a PROXY header has it */
export function addressGroup(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(":")) return plain;
  const [bare = ""] = plain.split("%");
  const [left = "", right] = bare.split("::");
  const first = left === "" ? [] : left.split(":");
  const last = right === undefined || right === "" ? [] : right.split(":");
  // An address of IPv4 at the end takes the place of two.
  const lastCount = last.length + (last.at(-1)?.includes(".") === true ? 1 : 0);
  const zeros = Math.max(0, 8 - first.length - lastCount);
  const groups = [...first, ...Array<string>(right === undefined ? 0 : zeros).fill("0"), ...last];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
