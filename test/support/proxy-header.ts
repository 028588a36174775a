/** PROXY headers of the binary version, as load balancers write them. */

export interface BinaryHeader {
  readonly command?: "proxy" | "local";
  /** Address family and transport, the protocol's own byte: 0x11 is TCP over IPv4, 0x21 over IPv6. */
  readonly family?: number;
  /** Addresses, ports and whatever follows. */
  readonly rest?: Buffer;
}

const signature = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

export function binaryHeader({
  command = "proxy",
  family = 0,
  rest = Buffer.alloc(0),
}: BinaryHeader): Buffer {
  const fixed = Buffer.from([command === "proxy" ? 0x21 : 0x20, family, 0, 0]);
  fixed.writeUInt16BE(rest.length, 2);
  return Buffer.concat([signature, fixed, rest]);
}

/** Two addresses of IPv4, 198.51.100.7:51000 the first. */
export const inetAddresses = Buffer.from("c6336407c0000201c73801bb", "hex");
/** Two of IPv6, [2001:db8::7]:51000 the first. */
export const inet6Addresses = Buffer.from(
  "20010db800000000000000000000000720010db8000000000000000000000001c73801bb",
  "hex",
);
/** An extension: its type, its length, and its value. */
export function extension(type: number, value: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0]);
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
}
