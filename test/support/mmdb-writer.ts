/**
 * Writes small MaxMind databases, so that tests need no file of somebody else's.
 *
 * Source: the MaxMind DB File Format Specification 2.0, https://maxmind.github.io/MaxMind-DB/
 */

export type MmdbValue =
  | string
  | number
  | readonly MmdbValue[]
  | { readonly [name: string]: MmdbValue };

/** What is known of networks, by CIDR: `{"203.0.113.0/24": {country: {iso_code: "DE"}}}`. */
export type MmdbNetworks = Readonly<Record<string, MmdbValue>>;

type Node = [left: Child, right: Child];
/** Another node, a place among the data, or nothing. */
type Child = Node | { readonly at: number } | undefined;

const separator = Buffer.alloc(16);
const mark = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");

/** A database of IPv6, in which IPv4 networks stand at its beginning; records have 32 bits. */
export function writeMmdb(networks: MmdbNetworks, databaseType = "Test-City"): Buffer {
  const root: Node = [undefined, undefined];
  const data: Buffer[] = [];
  let at = 0;
  for (const [cidr, value] of Object.entries(networks)) {
    const bytes = encode(value);
    place(root, bitsOf(cidr), { at });
    data.push(bytes);
    at += bytes.length;
  }
  const nodes = nodesOf(root);
  const numbers = new Map(nodes.map((node, index) => [node, index]));
  const tree = Buffer.concat(
    nodes.map((node) => {
      const bytes = Buffer.alloc(8);
      node.forEach((child, side) => bytes.writeUInt32BE(recordOf(child), side * 4));
      return bytes;
    }),
  );
  function recordOf(child: Child): number {
    if (child === undefined) return nodes.length;
    if (Array.isArray(child)) return numbers.get(child)!;
    return nodes.length + separator.length + child.at;
  }
  const description = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_767_225_600,
    database_type: databaseType,
    description: { en: "for tests" },
    ip_version: 6,
    languages: ["en"],
    node_count: nodes.length,
    record_size: 32,
  });
  return Buffer.concat([tree, separator, ...data, mark, description]);
}

function place(root: Node, bits: string, data: { readonly at: number }): void {
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const side = Number(bit) as 0 | 1;
    const next = node[side];
    const child: Node = Array.isArray(next) ? next : [undefined, undefined];
    node[side] = child;
    node = child;
  }
  node[Number(bits.at(-1)) as 0 | 1] = data;
}

/** A network's prefix as ones and zeros. */
function bitsOf(cidr: string): string {
  const [address = "", length = ""] = cidr.split("/");
  if (!address.includes(":")) {
    const bits = address.split(".").map((part) => Number(part).toString(2).padStart(8, "0"));
    return "0".repeat(96) + bits.join("").slice(0, Number(length));
  }
  const [before = "", after] = address.split("::");
  const groups = (text: string | undefined): string[] => (text ? text.split(":") : []);
  const [first, last] = [groups(before), groups(after)];
  const zeros = Array<string>(8 - first.length - last.length).fill("0");
  const all = after === undefined ? first : [...first, ...zeros, ...last];
  const bits = all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"));
  return bits.join("").slice(0, Number(length));
}

function nodesOf(root: Node): Node[] {
  const nodes = [root];
  for (const node of nodes) for (const child of node) if (Array.isArray(child)) nodes.push(child);
  return nodes;
}

const types = { text: 2, double: 3, uint32: 6, map: 7, array: 11 } as const;

function encode(value: MmdbValue): Buffer {
  if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    return Buffer.concat([control(types.text, text.length), text]);
  }
  if (typeof value === "number") {
    const isCount = Number.isInteger(value) && value >= 0;
    const bytes = Buffer.alloc(isCount ? 4 : 8);
    if (isCount) bytes.writeUInt32BE(value);
    else bytes.writeDoubleBE(value);
    return Buffer.concat([control(isCount ? types.uint32 : types.double, bytes.length), bytes]);
  }
  if (Array.isArray(value)) {
    const items = value as readonly MmdbValue[];
    return Buffer.concat([control(types.array, items.length), ...items.map(encode)]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([control(types.map, entries.length), ...entries.flat().map(encode)]);
}

function control(type: number, size: number): Buffer {
  if (size > 284) throw new Error(`A value of ${size} is more than tests write`);
  const high = type > 7 ? 0 : type << 5;
  const extended = type > 7 ? [type - 7] : [];
  return size < 29
    ? Buffer.from([high | size, ...extended])
    : Buffer.from([high | 29, ...extended, size - 29]);
}
