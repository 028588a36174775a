/** Several parts of an object as one body: multipart/byteranges (RFC 9110 §14.6, RFC 2046 §5.1). */
import type { BodySink, BodySource } from "../base/body.ts";
import type { ByteRange } from "./ranges.ts";

export interface Parts {
  /** At least one, ascending. */
  readonly ranges: readonly ByteRange[];
  /** Of the whole object, in bytes. */
  readonly size: number;
  /** The whole object's, which each part repeats. */
  readonly contentType: string | undefined;
  /** Letters and digits that nobody could have put into the object. */
  readonly boundary: string;
  /** @param end the position after the last byte */
  slice(first: number, end: number): BodySource;
}

/** @returns what Content-Range says of a range (RFC 9110 §14.4) */
export function contentRange({ first, end }: ByteRange, size: number): string {
  return `bytes ${first}-${end - 1}/${size}`;
}

/** @returns the Content-Type of the body */
export function multipartType(boundary: string): string {
  return `multipart/byteranges; boundary=${boundary}`;
}

/**
 * A slice is made when it is its turn, before the one ahead of it is let go of: an object that still comes is
 * wanted all the time.
 */
export class MultipartBody implements BodySource {
  readonly length: number;
  readonly whole = undefined;
  readonly #parts: Parts;
  readonly #heads: readonly Buffer[];
  readonly #tail: Buffer;
  readonly #first: BodySource;

  constructor(parts: Parts) {
    const { ranges, boundary } = parts;
    this.#parts = parts;
    this.#heads = ranges.map((range, index) => headOf(parts, range, index === 0));
    this.#tail = Buffer.from(`\r\n--${boundary}--\r\n`, "latin1");
    const bytes = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
    this.length = this.#heads.reduce((sum, head) => sum + head.length, bytes + this.#tail.length);
    const [{ first, end }] = ranges as [ByteRange];
    this.#first = parts.slice(first, end);
  }

  sendTo(sink: BodySink): void {
    new PartsSender(this.#parts, this.#heads, this.#tail, sink).send(this.#first);
  }

  discard(): void {
    this.#first.discard();
  }
}

function headOf(
  { size, contentType, boundary }: Parts,
  range: ByteRange,
  isFirst: boolean,
): Buffer {
  const type = contentType === undefined ? "" : `Content-Type: ${contentType}\r\n`;
  const lines = `--${boundary}\r\n${type}Content-Range: ${contentRange(range, size)}\r\n\r\n`;
  return Buffer.from(isFirst ? lines : `\r\n${lines}`, "latin1");
}

/** Hands one slice after the other on, each behind its head, no faster than they are taken. */
class PartsSender implements BodySink {
  readonly #parts: Parts;
  readonly #heads: readonly Buffer[];
  readonly #tail: Buffer;
  readonly #sink: BodySink;
  #sent = 0;
  #isBusy = false;
  /** What waits for the sink: the slice that is being sent, or the one whose turn it is. */
  #goOn: (() => void) | undefined;

  constructor(parts: Parts, heads: readonly Buffer[], tail: Buffer, sink: BodySink) {
    this.#parts = parts;
    this.#heads = heads;
    this.#tail = tail;
    this.#sink = sink;
  }

  send(slice: BodySource): void {
    this.write(this.#heads[this.#sent] as Buffer);
    this.#sent += 1;
    slice.sendTo(this);
  }

  write(chunk: Uint8Array): boolean {
    if (!this.#sink.write(chunk) && !this.#isBusy) {
      this.#isBusy = true;
      this.#sink.whenReady(this.#ready);
    }
    return !this.#isBusy;
  }

  whenReady(go: () => void): void {
    if (this.#isBusy) this.#goOn = go;
    else go();
  }

  end(): void {
    const range = this.#parts.ranges[this.#sent];
    if (range === undefined) {
      this.#sink.write(this.#tail);
      this.#sink.end();
      return;
    }
    const next = this.#parts.slice(range.first, range.end);
    this.whenReady(() => this.send(next));
  }

  breakOff(): void {
    this.#sink.breakOff();
  }

  readonly #ready = (): void => {
    this.#isBusy = false;
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn?.();
  };
}
