/**
 * The header that a load balancer puts in front of a connection's bytes to say whose they are: a line of text, or binary.
 *
 * Source: "The PROXY protocol, versions 1 & 2" (HAProxy's proxy-protocol.txt) §2.1, §2.2.
 */
import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { plainAddress } from "../../../base/plain-address.ts";

export interface ProxyHeader {
  /** In bytes; what follows is the connection's own. */
  readonly length: number;
  /** Undefined where it names nobody: a check of the balancer's own, or what has no address and port. */
  readonly source: { readonly address: string; readonly port: number } | undefined;
}

/** Of the line, with its end. */
const lineMax = 107;
/** Of the binary form, with extensions; the protocol itself allows 65,551. */
const binaryMax = 4096;

const beginning = "PROXY ";
const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
/** Up to and with the length of the rest. */
const fixedLength = 16;

/** Version 2's address families, with the bytes that two addresses and their ports take. */
const addressLengths = [0, 12, 36, 216] as const;
const inet = 1;
const inet6 = 2;
/** A connection over TCP; datagrams and files have nothing to say here. */
const stream = 1;
const transportMax = 2;

/** @param bytes the first of a connection, as many as there are by now */
export function readProxyHeader(bytes: Buffer): ProxyHeader | "incomplete" | "malformed" {
  if (bytes.length === 0) return "incomplete";
  return bytes[0] === signature[0] ? readBinary(bytes) : readLine(bytes);
}

function readLine(bytes: Buffer): ProxyHeader | "incomplete" | "malformed" {
  const text = bytes.toString("latin1", 0, lineMax);
  if (!text.startsWith(beginning.slice(0, text.length))) return "malformed";
  const end = text.indexOf("\r\n");
  if (end < 0) return text.length < lineMax ? "incomplete" : "malformed";
  const line = text.slice(0, end);
  const length = end + 2;
  // What follows the word is to be ignored.
  if (/^PROXY UNKNOWN( |$)/.test(line)) return { length, source: undefined };
  const [, family, from = "", to = "", fromPort = "", toPort = "", ...more] = line.split(" ");
  const isAddress = family === "TCP4" ? isIPv4 : family === "TCP6" ? isPlainIPv6 : undefined;
  const isWhole = isAddress?.(from) === true && isAddress(to) && more.length === 0;
  if (!isWhole || !isPort(fromPort) || !isPort(toPort)) return "malformed";
  return { length, source: { address: canonical(from), port: Number(fromPort) } };
}

function readBinary(bytes: Buffer): ProxyHeader | "incomplete" | "malformed" {
  const known = bytes.subarray(0, signature.length);
  if (!known.equals(signature.subarray(0, known.length))) return "malformed";
  if (bytes.length < fixedLength) return "incomplete";
  const [versionAndCommand = 0, familyAndTransport = 0] = bytes.subarray(signature.length);
  const length = fixedLength + bytes.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2 || length > binaryMax) return "malformed";
  const command = versionAndCommand & 15;
  const family = familyAndTransport >> 4;
  const transport = familyAndTransport & 15;
  const addressLength = addressLengths[family];
  if (command > 1 || addressLength === undefined || transport > transportMax) return "malformed";
  const isLocal = command === 0;
  if (!isLocal && length < fixedLength + addressLength) return "malformed";
  if (bytes.length < length) return "incomplete";
  const isNamed = !isLocal && transport === stream && (family === inet || family === inet6);
  return { length, source: isNamed ? sourceIn(bytes, family) : undefined };
}

function sourceIn(bytes: Buffer, family: typeof inet | typeof inet6): ProxyHeader["source"] {
  if (family === inet) {
    return { address: bytes.subarray(16, 20).join("."), port: bytes.readUInt16BE(24) };
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    bytes.readUInt16BE(16 + 2 * index).toString(16),
  );
  return { address: canonical(groups.join(":")), port: bytes.readUInt16BE(48) };
}

/** A zone is a matter of the machine that it is on. */
function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** In its shortest form, and of IPv4 without IPv6 around it. */
function canonical(address: string): string {
  if (isIPv4(address)) return address;
  return plainAddress(new SocketAddress({ address, family: "ipv6" }).address);
}
