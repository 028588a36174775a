/** Which addresses somebody has listed, by themselves or by the networks that they are in. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** @param address as a socket has it, in IPv4 or IPv6 */
export type Networks = (address: string) => boolean;

/**
 * @param text addresses and networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), with commas between
 * @returns undefined where there are none
 * @throws RangeError, naming what is neither
 */
export function readNetworks(text: string): Networks | undefined {
  const ranges = text.split(",").map((range) => range.trim());
  if (ranges.every((range) => range === "")) return undefined;
  const listed = new BlockList();
  for (const range of ranges) addTo(listed, range);
  // It knows IPv4 within IPv6 too, which is what a socket has that listens on both.
  return (address) => listed.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

function addTo(listed: BlockList, range: string): void {
  const [network = "", prefix, ...more] = range.split("/");
  const bits = isIPv4(network) ? 32 : 128;
  const isNetwork = isIPv4(network) || (isIPv6(network) && !network.includes("%"));
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  if (!isNetwork || !isPrefix || more.length > 0) {
    throw new RangeError(
      `"${range}" is neither an address nor a network such as 10.0.0.0/8 or 2001:db8::/32`,
    );
  }
  listed.addSubnet(network, Number(prefix ?? bits), bits === 32 ? "ipv4" : "ipv6");
}
