/**
 * Which addresses are nobody's on the public internet: this machine's and its networks', where an origin
 * could be something that viewers and tenants have no business with, such as a cloud's metadata.
 *
 * An IPv6 address that carries an IPv4 address is judged by that one where the way to it is known: mapped
 * addresses and NAT64's well-known prefix. What tunnels through others (6to4, Teredo) is not public.
 *
 * Source: IANA's special-purpose address registries (RFC 6890), RFC 4291, RFC 6052, RFC 8215.
 */
import { BlockList, isIPv4 } from "node:net";

type Subnet = readonly [network: string, prefix: number];

const notPublicIPv4: readonly Subnet[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  // Shared with carriers' customers; some clouds have their metadata there.
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // A cloud's own, for its machines, though the address is public.
  ["168.63.129.16", 32],
  // Link-local: most clouds' metadata is at 169.254.169.254.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast, what is reserved, and broadcast.
  ["224.0.0.0", 3],
];

/** All that is global unicast (RFC 4291 §2.4), and what carries an IPv4 address to be judged. */
const maybePublicIPv6: readonly Subnet[] = [
  ["2000::", 3],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
];

const notPublicIPv6: readonly Subnet[] = [
  // For protocols, Teredo among them.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4.
  ["2002::", 16],
  ["3fff::", 20],
  ...notPublicIPv4.map(([network, prefix]): Subnet => [`64:ff9b::${network}`, 96 + prefix]),
];

/** A list with IPv4 subnets knows their mapped addresses too. */
const notPublic = new BlockList();
for (const [network, prefix] of notPublicIPv4) notPublic.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of notPublicIPv6) notPublic.addSubnet(network, prefix, "ipv6");
const maybePublic = new BlockList();
for (const [network, prefix] of maybePublicIPv6) maybePublic.addSubnet(network, prefix, "ipv6");

/** @param address IPv4 or IPv6, without brackets; what is neither is not public */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, "ipv4");
  return maybePublic.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}
