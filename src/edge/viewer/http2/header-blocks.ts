/**
 * Tells how many fields the header blocks of a connection unfold to, and how much they say, without unfolding them: a field that a
 * table knows is a byte here, and as much work as any other for whoever makes a text of it.
 *
 * Source: RFC 7541 §2.3, §4, §5, §6, appendix A.
 */
import { huffmanLength } from "./huffman-length.ts";

/** What a header block unfolds to. */
export interface HeadSize {
  readonly fields: number;
  /** Of names and values. */
  readonly bytes: number;
}

/** Of a field, in bytes. */
interface FieldSize {
  readonly name: number;
  readonly value: number;
}

/** Appendix A, in its order: names, each with a value where it has one. */
const staticFields: readonly FieldSize[] =
  `:authority :method=GET :method=POST :path=/ :path=/index.html
 :scheme=http :scheme=https :status=200 :status=204 :status=206 :status=304 :status=400 :status=404 :status=500 accept-charset
 accept-encoding=gzip,_deflate accept-language accept-ranges accept access-control-allow-origin age allow authorization
 cache-control content-disposition content-encoding content-language content-length content-location content-range content-type
 cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified
 link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie
 strict-transport-security transfer-encoding user-agent vary via www-authenticate`
    .split(/\s+/)
    .map((line) => line.split("="))
    .map(([name = "", value = ""]) => ({ name: name.length, value: value.length }));

/** Of a connection whose settings say nothing of it, and what a field in it takes beside its texts (§4.1); in bytes. */
const tableMax = 4096;
const entryOverhead = 32;

/** Of one connection: what a block adds to the table is known to those after it. */
export class HeaderBlocks {
  /** The last first. */
  readonly #table: FieldSize[] = [];
  #tableBytes = 0;
  #tableMax = tableMax;

  /** @returns what it unfolds to, as far as it is one: where it is none the connection ends */
  read(block: Buffer): HeadSize {
    const reader = new BlockReader(block);
    let [fields, bytes] = [0, 0];
    while (!reader.isOver) {
      const field = this.#readField(reader);
      if (field === "none") continue;
      if (field === undefined || reader.isBroken) break;
      fields += 1;
      bytes += field.name + field.value;
    }
    return { fields, bytes };
  }

  /** @returns undefined where it refers to none that is known, and "none" where it is about the table's size */
  #readField(reader: BlockReader): FieldSize | "none" | undefined {
    const first = reader.first;
    if (first >= 0x80) return this.#find(reader.readInteger(7));
    if (first >= 0x40) {
      const field = this.#readLiteral(reader, 6);
      if (field !== undefined) this.#add(field);
      return field;
    }
    if (first >= 0x20) {
      this.#tableMax = Math.min(tableMax, reader.readInteger(5));
      this.#evict();
      return "none";
    }
    return this.#readLiteral(reader, 4);
  }

  #readLiteral(reader: BlockReader, prefixBits: number): FieldSize | undefined {
    const index = reader.readInteger(prefixBits);
    const name = index === 0 ? reader.readText() : this.#find(index)?.name;
    return name === undefined ? undefined : { name, value: reader.readText() };
  }

  #find(index: number): FieldSize | undefined {
    return index <= staticFields.length
      ? staticFields[index - 1]
      : this.#table[index - staticFields.length - 1];
  }

  #add(field: FieldSize): void {
    this.#table.unshift(field);
    this.#tableBytes += tableBytesOf(field);
    this.#evict();
  }

  #evict(): void {
    while (this.#tableBytes > this.#tableMax) {
      this.#tableBytes -= tableBytesOf(this.#table.pop() as FieldSize);
    }
  }
}

function tableBytesOf({ name, value }: FieldSize): number {
  return name + value + entryOverhead;
}

class BlockReader {
  readonly #block: Buffer;
  #at = 0;
  /** Whether something of it is not there. */
  isBroken = false;

  constructor(block: Buffer) {
    this.#block = block;
  }

  get isOver(): boolean {
    return this.isBroken || this.#at >= this.#block.length;
  }

  /** The first byte of what comes next. */
  get first(): number {
    return this.#block[this.#at] ?? 0;
  }

  /** §5.1. */
  readInteger(prefixBits: number): number {
    const max = 2 ** prefixBits - 1;
    let value = this.#readByte() & max;
    if (value < max) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#readByte();
      value += (byte & 127) * factor;
      // None of that length is one.
      if (factor > 2 ** 28) this.isBroken = true;
      if (byte < 128 || this.isBroken) return value;
    }
  }

  /** §5.2. @returns the length of the text */
  readText(): number {
    const isHuffman = this.first >= 0x80;
    const length = this.readInteger(7);
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#block.length) this.isBroken = true;
    if (!isHuffman || this.isBroken) return length;
    return huffmanLength(this.#block.subarray(start, this.#at));
  }

  #readByte(): number {
    const byte = this.#block[this.#at];
    this.#at += 1;
    if (byte === undefined) this.isBroken = true;
    return byte ?? 0;
  }
}
