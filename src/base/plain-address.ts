/**
 * A peer's address as it is told, compared and written down: who comes by IPv4 has the same one, whether the socket listens on IPv4
 * alone or on both families, where `::ffff:` stands in front of it (RFC 4291 §2.5.5.2).
 */

const mapped = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** @param address as a socket or a PROXY header has it */
export function plainAddress(address: string): string {
  return address.startsWith("::") ? address.replace(mapped, "") : address;
}
