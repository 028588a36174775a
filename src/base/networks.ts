/** Which addresses somebody has listed, by themselves or by the networks that they are in. */
import { BlockList, isIPv4, isIPv6, SocketAddress } from "node:net";
import { plainAddress } from "./plain-address.ts";

/** @param address as a socket has it, in IPv4 or IPv6 */
export type Networks = (address: string) => boolean;

/**
 * @param text addresses and networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), with commas between
 * @returns undefined where there are none
 * @throws RangeError, naming what is neither
 */
export function readNetworks(text: string): Networks | undefined {
  const ranges = text.split(",").map((range) => range.trim());
  return ranges.every((range) => range === "") ? undefined : networksOf(ranges);
}

/**
 * Who comes by IPv4 is listed by networks of IPv4 alone, also where a socket of both families has the address within IPv6: `::/0` is
 * nobody of them. A network of such addresses, like `::ffff:10.0.0.0/104`, is the one of IPv4.
 *
 * @throws RangeError, naming what is neither an address nor a network
 */
export function networksOf(ranges: readonly string[]): Networks {
  // One list of both would take all that is within IPv6 for IPv6.
  const [ipv4, ipv6] = [new BlockList(), new BlockList()];
  for (const range of ranges) {
    const { network, bits, prefix } = readNetwork(range);
    if (bits === 32) ipv4.addSubnet(network, prefix, "ipv4");
    else ipv6.addSubnet(network, prefix, "ipv6");
  }
  return (address) => {
    // One of the local link may name its interface.
    const [plain = ""] = plainAddress(address).split("%");
    return isIPv4(plain) ? ipv4.check(plain, "ipv4") : ipv6.check(plain, "ipv6");
  };
}

function readNetwork(range: string): { network: string; bits: 32 | 128; prefix: number } {
  const [network = "", length, ...more] = range.split("/");
  const bits = isIPv4(network) ? 32 : 128;
  const isNetwork = isIPv4(network) || (isIPv6(network) && !network.includes("%"));
  const isPrefix = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
  if (!isNetwork || !isPrefix || more.length > 0) {
    throw new RangeError(
      `"${range}" is neither an address nor a network such as 10.0.0.0/8 or 2001:db8::/32`,
    );
  }
  const prefix = Number(length ?? bits);
  if (bits === 128 && prefix >= 96) {
    const plain = plainAddress(new SocketAddress({ address: network, family: "ipv6" }).address);
    if (isIPv4(plain)) return { network: plain, bits: 32, prefix: prefix - 96 };
  }
  return { network, bits, prefix };
}
