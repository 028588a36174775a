/**
 * Reads and writes the Distinguished Encoding Rules, in which certificates are written, as far as certificates need them.
 *
 * Source: ITU-T X.690 §8 and §10.
 */

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With the tag and the length. */
  readonly whole: Buffer;
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  identifier: 0x06,
  sequence: 0x30,
} as const;

/** @throws MalformedDer */
export function readDerList(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = readDerAt(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

/** @throws MalformedDer, when it is not one element and nothing else */
export function readDer(bytes: Buffer): DerElement {
  const element = readDerAt(bytes, 0);
  if (element.whole.length !== bytes.length) throw new MalformedDer("Something follows the value");
  return element;
}

function readDerAt(bytes: Buffer, at: number): DerElement {
  const tag = byteAt(bytes, at);
  if ((tag & 0x1f) === 0x1f) throw new MalformedDer("A tag has more than one byte");
  const first = byteAt(bytes, at + 1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthBytes > 3) throw new MalformedDer("A length is none");
  let length = lengthBytes === 0 ? first : 0;
  for (let index = 0; index < lengthBytes; index += 1) {
    length = length * 256 + byteAt(bytes, at + 2 + index);
  }
  const start = at + 2 + lengthBytes;
  if (start + length > bytes.length) throw new MalformedDer("A value is shorter than it says");
  return {
    tag,
    content: bytes.subarray(start, start + length),
    whole: bytes.subarray(at, start + length),
  };
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new MalformedDer("A value is shorter than it says");
  return byte;
}

export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const lengthBytes =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 0xff]
          : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

/** An object identifier with dots, as registries write it. */
export function identifierText({ content }: DerElement): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [both = 0, ...rest] = numbers;
  const first = Math.min(2, Math.floor(both / 40));
  return [first, both - first * 40, ...rest].join(".");
}

export class MalformedDer extends Error {
  override readonly name = "MalformedDer";
}
