/**
 * A body that is compressed on its way, a piece at a time and off this thread: no more of it is in memory than
 * zlib holds, and where nothing is taken nothing more comes.
 */
import {
  constants,
  createBrotliCompress,
  createGzip,
  type BrotliCompress,
  type Gzip,
} from "node:zlib";
import type { BodySink, BodySource } from "../../base/body.ts";

export type Coding = "gzip" | "br";

/**
 * Made once and answered many times, while somebody waits for it: what these take beyond costs much more
 * time for a few percent of the bytes.
 */
const gzipLevel = 6;
const brotliQuality = 5;
/** How far back Brotli looks, as a power of 2 in bytes: it takes this memory for each body. */
const brotliWindow = 18;

export class CompressedBody implements BodySource {
  readonly length = undefined;
  readonly whole = undefined;
  readonly #source: BodySource;
  readonly #coding: Coding;
  readonly #whenOver: () => void;

  /** @param whenOver called once, when it is all compressed, or nobody wants it */
  constructor(source: BodySource, coding: Coding, whenOver: () => void) {
    this.#source = source;
    this.#coding = coding;
    this.#whenOver = whenOver;
  }

  sendTo(sink: BodySink): void {
    const stream = this.#coding === "br" ? brotli(this.#source.length) : gzip();
    this.#source.sendTo(new CompressingSink(stream, sink, this.#whenOver));
  }

  discard(): void {
    this.#source.discard();
    this.#whenOver();
  }
}

function gzip(): Gzip {
  return createGzip({ level: gzipLevel });
}

function brotli(length = 0): BrotliCompress {
  return createBrotliCompress({
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_LGWIN]: brotliWindow,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
    },
  });
}

/** Takes what is to be compressed, and writes what comes of it. */
class CompressingSink implements BodySink {
  readonly #stream: Gzip | BrotliCompress;
  readonly #to: BodySink;
  readonly #whenOver: () => void;
  #isOver = false;

  constructor(stream: Gzip | BrotliCompress, to: BodySink, whenOver: () => void) {
    this.#stream = stream;
    this.#to = to;
    this.#whenOver = whenOver;
    stream.on("data", (chunk: Buffer) => this.#pass(chunk));
    stream.on("end", () => this.#finish(() => to.end()));
    stream.on("error", () => this.breakOff());
  }

  write(chunk: Uint8Array): boolean {
    return this.#isOver || this.#stream.write(chunk);
  }

  whenReady(go: () => void): void {
    this.#stream.once("drain", go);
  }

  end(): void {
    if (!this.#isOver) this.#stream.end();
  }

  breakOff(): void {
    this.#finish(() => {
      this.#stream.destroy();
      this.#to.breakOff();
    });
  }

  #pass(chunk: Buffer): void {
    if (this.#isOver || this.#to.write(chunk)) return;
    this.#stream.pause();
    this.#to.whenReady(() => this.#stream.resume());
  }

  #finish(last: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#whenOver();
    last();
  }
}
