/**
 * What a viewer offers at the beginning of TLS: its ClientHello, read off a connection's first bytes before
 * anything has answered them.
 *
 * Only what the edge goes by is read. Whether the rest makes sense is for the TLS library to say, which gets the same bytes.
 *
 * Source: RFC 8446 §4.1.2 and §5.1, RFC 6066 §3, RFC 7301 §3.1.
 */

export interface ClientHello {
  /** The highest version that it names, as on the wire: 0x0303 is TLS 1.2, 0x0304 TLS 1.3. */
  readonly version: number;
  /** The record-compatible version, which JA3 goes by. */
  readonly legacyVersion: number;
  readonly cipherSuites: readonly number[];
  /** Types, in the order they came. */
  readonly extensions: readonly number[];
  /** In lower case, without a trailing dot; undefined where none is named. */
  readonly serverName: string | undefined;
  /** ALPN's protocols, in Latin-1. */
  readonly protocols: readonly string[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatureAlgorithms: readonly number[];
}

/** Larger than any that a browser sends, post-quantum keys and all; in bytes. */
const helloMax = 32 * 1024;

const handshakeRecord = 22;
const clientHelloType = 1;
const recordHeaderLength = 5;
const messageHeaderLength = 4;

/** @returns "incomplete" while more bytes may make it one, "other" for what is no ClientHello or too large for one */
export function readClientHello(bytes: Buffer): ClientHello | "incomplete" | "other" {
  const message = messageOf(bytes);
  if (typeof message === "string") return message;
  try {
    return readMessage(new Reader(message));
  } catch (error) {
    if (error instanceof Truncated) return "other";
    throw error;
  }
}

/** Joins the records that the message stands in. */
function messageOf(bytes: Buffer): Buffer | "incomplete" | "other" {
  const parts: Buffer[] = [];
  let gathered = 0;
  for (let at = 0; ;) {
    if (at < bytes.length && bytes[at] !== handshakeRecord) return "other";
    if (at + recordHeaderLength > bytes.length) return "incomplete";
    const length = bytes.readUInt16BE(at + 3);
    const start = at + recordHeaderLength;
    const part = bytes.subarray(start, start + length);
    if (length === 0) return "other";
    parts.push(part);
    gathered += part.length;
    const whole = wholeLength(parts);
    if (whole === "other" || (whole !== undefined && whole > helloMax)) return "other";
    if (whole !== undefined && gathered >= whole) {
      return Buffer.concat(parts).subarray(messageHeaderLength, whole);
    }
    if (part.length < length) return "incomplete";
    at = start + length;
  }
}

/** @returns undefined until its four first bytes have come */
function wholeLength(parts: readonly Buffer[]): number | "other" | undefined {
  const [first] = parts;
  if (first?.[0] !== undefined && first[0] !== clientHelloType) return "other";
  const header = parts.length === 1 ? first : Buffer.concat(parts);
  if (header === undefined || header.length < messageHeaderLength) return undefined;
  return messageHeaderLength + header.readUIntBE(1, 3);
}

function readMessage(reader: Reader): ClientHello {
  const legacyVersion = reader.number(2);
  reader.skip(32);
  reader.skip(reader.number(1));
  const cipherSuites = numbers(reader.list(2));
  reader.skip(reader.number(1));
  const hello = {
    version: legacyVersion,
    legacyVersion,
    cipherSuites,
    extensions: [] as number[],
    serverName: undefined as string | undefined,
    protocols: [] as string[],
    groups: [] as number[],
    pointFormats: [] as number[],
    signatureAlgorithms: [] as number[],
  };
  if (reader.isAtEnd) return hello;
  const extensions = reader.list(2);
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    readExtension(type, extensions.list(2), hello);
    hello.extensions.push(type);
  }
  return hello;
}

function readExtension(
  type: number,
  data: Reader,
  hello: { -readonly [Name in keyof ClientHello]: ClientHello[Name] },
): void {
  switch (type) {
    case 0: {
      const names = data.list(2);
      const isHostName = names.number(1) === 0;
      const name = names.list(2).rest().toString("latin1").toLowerCase();
      if (isHostName) hello.serverName = name.endsWith(".") ? name.slice(0, -1) : name;
      break;
    }
    case 10:
      hello.groups = numbers(data.list(2));
      break;
    case 11:
      hello.pointFormats = [...data.list(1).rest()];
      break;
    case 13:
      hello.signatureAlgorithms = numbers(data.list(2));
      break;
    case 16: {
      const protocols = data.list(2);
      const names: string[] = [];
      while (!protocols.isAtEnd) names.push(protocols.list(1).rest().toString("latin1"));
      hello.protocols = names;
      break;
    }
    case 43:
      hello.version = Math.max(0, ...numbers(data.list(1)).filter((each) => !isGrease(each)));
      break;
  }
}

/** Values that clients put in so that nobody relies on knowing all of them (RFC 8701). */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

function numbers(list: Reader): number[] {
  const found: number[] = [];
  while (!list.isAtEnd) found.push(list.number(2));
  return found;
}

class Truncated extends Error {}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(length: number): number {
    return this.#take(length).readUIntBE(0, length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** @param lengthBytes how many bytes tell the length of what follows */
  list(lengthBytes: number): Reader {
    return new Reader(this.#take(this.number(lengthBytes)));
  }

  rest(): Buffer {
    return this.#take(this.#bytes.length - this.#at);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Truncated("The ClientHello is shorter than it says");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
