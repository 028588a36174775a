/**
 * Takes the chunked coding off a body (RFC 9112 §7.1), strictly: sizes are hexadecimal digits alone,
 * lines end in CR LF. Extensions and trailers are read and left out.
 */
import { tokenBytes } from "./field-lines.ts";
import { MalformedResponse } from "./response-head.ts";

type Expects =
  | "size"
  | "extension"
  | "size-lf"
  | "data"
  | "data-cr"
  | "data-lf"
  | "trailers"
  | "end";

/** Bytes of one chunk's extensions, and of all trailers. */
const extrasMax = 16_384;
/** Digits of a size that a number still holds exactly. */
const sizeDigitsMax = 13;

export class ChunkedReader {
  #expects: Expects = "size";
  #size = 0;
  #digits = 0;
  #extras = 0;
  /** Whether the line of trailers that is being read has anything on it yet. */
  #lineIsEmpty = true;
  /** Whether that line's name has ended. */
  #hasColon = false;
  #sawCr = false;

  get isComplete(): boolean {
    return this.#expects === "end";
  }

  /**
   * @param bytes what came next
   * @param data is given what is content, as parts of `bytes`
   * @returns how many bytes were read: fewer than there are when the body has ended among them
   * @throws MalformedResponse
   */
  read(bytes: Buffer, data: (part: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && this.#expects !== "end") {
      if (this.#expects === "data") {
        const part = bytes.subarray(at, at + this.#size);
        at += part.length;
        this.#size -= part.length;
        if (this.#size === 0) this.#expects = "data-cr";
        data(part);
        continue;
      }
      this.#readByte(bytes[at] as number);
      at += 1;
    }
    return at;
  }

  #readByte(byte: number): void {
    switch (this.#expects) {
      case "size":
        this.#readSize(byte);
        break;
      case "extension":
        if (byte === 13) this.#expects = "size-lf";
        else if (byte < 32 && byte !== 9) throw malformed("a control in a chunk's extension");
        else this.#countExtra();
        break;
      case "size-lf":
        if (byte !== 10) throw malformed("a chunk's size that ends without LF");
        this.#expects = this.#size > 0 ? "data" : "trailers";
        this.#digits = 0;
        this.#extras = 0;
        break;
      case "data-cr":
        if (byte !== 13) throw malformed("a chunk that is longer than its size");
        this.#expects = "data-lf";
        break;
      case "data-lf":
        if (byte !== 10) throw malformed("a chunk that ends without LF");
        this.#expects = "size";
        break;
      case "trailers":
        this.#readTrailer(byte);
        break;
      case "data":
      case "end":
        break;
    }
  }

  #readSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#digits += 1;
      if (this.#digits > sizeDigitsMax) throw malformed("a chunk's size of too many digits");
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw malformed("a chunk without a size");
    if (byte === 13) this.#expects = "size-lf";
    else if (byte === 59) this.#expects = "extension";
    else throw malformed("a chunk's size that is no hexadecimal number");
  }

  /** The lines behind the last chunk, up to the empty one. */
  #readTrailer(byte: number): void {
    this.#countExtra();
    if (this.#sawCr) {
      if (byte !== 10) throw malformed("a trailer with a bare CR");
      this.#sawCr = false;
      if (this.#lineIsEmpty) this.#expects = "end";
      this.#lineIsEmpty = true;
      this.#hasColon = false;
    } else if (byte === 13) {
      if (!this.#lineIsEmpty && !this.#hasColon) throw malformed("a trailer without a colon");
      this.#sawCr = true;
    } else if (byte < 32 && byte !== 9) throw malformed("a control in a trailer");
    else this.#readTrailerByte(byte);
  }

  /** What a line is that is no field nobody knows: it might be the head of what follows. */
  #readTrailerByte(byte: number): void {
    if (this.#hasColon) return;
    if (byte === 58 && !this.#lineIsEmpty) this.#hasColon = true;
    else if (tokenBytes[byte] !== 1) throw malformed("a trailer whose name is none");
    this.#lineIsEmpty = false;
  }

  #countExtra(): void {
    this.#extras += 1;
    if (this.#extras > extrasMax)
      throw malformed(`over ${extrasMax} bytes of extensions or trailers`);
  }
}

function malformed(what: string): MalformedResponse {
  return new MalformedResponse(`The chunked body has ${what}`);
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
