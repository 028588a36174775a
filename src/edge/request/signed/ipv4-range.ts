/** A range of IPv4 addresses in CIDR notation (RFC 4632 §3.1), as signers name viewers by it. */
import { isIPv4 } from "node:net";

export type AddressMatcher = (address: string) => boolean;

/**
 * @param text an address, or one and the number of bits that count
 * @returns undefined for what is no range. `0.0.0.0/0` has all addresses, IPv6 ones too; no other has any of those
 */
export function readIpv4Range(text: string): AddressMatcher | undefined {
  const [address = "", bits = "32", ...more] = text.split("/");
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || more.length > 0) {
    return undefined;
  }
  if (Number(bits) === 0) return () => true;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(numberOf(address) / size);
  return (other) => isIPv4(other) && Math.floor(numberOf(other) / size) === first;
}

function numberOf(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
