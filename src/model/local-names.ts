/**
 * Which origins are this machine's, or its own network's. AWS could not reach them and refuses
 * them; Footlight is there to serve them.
 */
import { BlockList, isIP } from "node:net";

const localAddresses = new BlockList();
localAddresses.addSubnet("127.0.0.0", 8, "ipv4");
localAddresses.addSubnet("10.0.0.0", 8, "ipv4");
localAddresses.addSubnet("172.16.0.0", 12, "ipv4");
localAddresses.addSubnet("192.168.0.0", 16, "ipv4");

/** @returns true for localhost, names without a dot or under a local domain, and private addresses */
export function isLocalName(domainName: string): boolean {
  const name = domainName.toLowerCase();
  if (isIP(name) === 4) return localAddresses.check(name);
  return !name.includes(".") || /\.(localhost|local|internal|test)$/.test(name);
}
