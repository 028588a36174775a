/**
 * One reader's way through a body that is shared: at its own pace, from memory where the bytes are
 * still there, from the writer that keeps them where they are not.
 *
 *   claimed ── sendTo ──▶ reading ── all sent ──▶ over
 *      └── discard, leave ────┴── broken off ───────┘
 *
 * A claim stands at the position that it will read from, so that where nothing is kept the bytes
 * wait for it.
 */
import type { BodySink, BodySource } from "../base/body.ts";

/** What a reader needs of the body. */
export interface ReadBody {
  readonly length: number | undefined;
  /** Bytes that have come. */
  readonly received: number;
  /** Whether these are all. */
  readonly isComplete: boolean;
  /** What is in memory from a position on; undefined when nothing is. */
  fromMemory(position: number): Uint8Array | undefined;
  /** All from one position to another; undefined when it is not in memory. */
  wholeFromMemory(first: number, end: number): Uint8Array | undefined;
  /** Some of what has fallen out of memory, from a position on; undefined when it is lost. */
  readBack(position: number, end: number): BodySource | undefined;
  /** Has `advance` called each time that something has come. */
  follow(reader: BodyReader): void;
  unfollow(reader: BodyReader): void;
  /** It has gone on from a position. */
  moved(reader: BodyReader, from: number): void;
  left(reader: BodyReader): void;
}

export class BodyReader implements BodySource {
  /** Of the next byte that it needs. */
  position = 0;
  /** Where it stood when it was last looked whether it moves. */
  seenAt = 0;
  readonly #body: ReadBody;
  #end: number | undefined;
  #stage: "claimed" | "reading" | "over" = "claimed";
  #sink: BodySink | undefined;
  /** Whether the sink takes nothing more for now. */
  #isBusy = false;
  #isReadingBack = false;
  #isAdvancing = false;
  /** Has what is read back go on, where it waits for the sink. */
  #goOn: (() => void) | undefined;

  constructor(body: ReadBody) {
    this.#body = body;
  }

  /** To be called before it is sent. @param end the position after the last byte; undefined for all */
  narrow(first: number, end: number | undefined): void {
    const before = this.position;
    this.position = first;
    this.#end = end;
    if (this.#stage !== "over") this.#body.moved(this, before);
  }

  get length(): number | undefined {
    const { length, isComplete, received } = this.#body;
    const end = this.#end ?? length ?? (isComplete ? received : undefined);
    return end === undefined ? undefined : Math.max(0, end - this.position);
  }

  get whole(): Uint8Array | undefined {
    const { isComplete, received } = this.#body;
    if (!isComplete || this.#stage !== "claimed") return undefined;
    const end = this.#end ?? received;
    return end > received ? undefined : this.#body.wholeFromMemory(this.position, end);
  }

  sendTo(sink: BodySink): void {
    if (this.#stage === "over") {
      sink.breakOff();
      return;
    }
    this.#stage = "reading";
    this.#sink = sink;
    this.advance();
  }

  discard(): void {
    this.leave();
  }

  /** Nobody takes it any more, or the rest will not come. */
  leave(): void {
    if (this.#stage === "over") return;
    const sink = this.#finish();
    const goOn = this.#goOn;
    this.#goOn = undefined;
    sink?.breakOff();
    goOn?.();
    this.#body.left(this);
  }

  /** Sends what there is, as far as it is taken. */
  advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (this.#stage === "reading" && !this.#isBusy && !this.#isReadingBack) {
      if (!this.#step()) break;
    }
    this.#isAdvancing = false;
  }

  /** @returns false when there is nothing more to send for now */
  #step(): boolean {
    const body = this.#body;
    const { position } = this;
    if (this.#end !== undefined && position >= this.#end) return this.#complete();
    const bytes = body.fromMemory(position);
    if (bytes !== undefined) {
      const left = this.#end === undefined ? bytes.length : this.#end - position;
      this.#write(left < bytes.length ? bytes.subarray(0, left) : bytes);
      return true;
    }
    if (position < body.received) return this.#readBack();
    if (!body.isComplete) {
      body.follow(this);
      return false;
    }
    if (this.#end === undefined && position === body.received) return this.#complete();
    this.leave();
    return false;
  }

  #write(bytes: Uint8Array): boolean {
    const before = this.position;
    this.position += bytes.length;
    if (this.#sink?.write(bytes) === false && this.#stage === "reading") {
      this.#isBusy = true;
      this.#body.unfollow(this);
      this.#sink.whenReady(() => this.#ready());
    }
    if (this.#stage === "reading") this.#body.moved(this, before);
    return !this.#isBusy;
  }

  #ready(): void {
    this.#isBusy = false;
    const goOn = this.#goOn;
    this.#goOn = undefined;
    if (goOn === undefined) this.advance();
    else goOn();
  }

  /** What is read back is a source of its own: it is taken to its end, wanted or not. */
  #readBack(): boolean {
    const from = this.position;
    const source = this.#body.readBack(from, this.#end ?? Infinity);
    if (source === undefined) {
      this.leave();
      return false;
    }
    this.#isReadingBack = true;
    const isOver = (): boolean => this.#stage === "over";
    const ended = (): void => {
      this.#isReadingBack = false;
      if (this.position > from) this.advance();
      else this.leave();
    };
    source.sendTo({
      write: (chunk) => isOver() || this.#write(chunk),
      whenReady: (go) => {
        if (this.#isBusy && !isOver()) this.#goOn = go;
        else go();
      },
      end: ended,
      breakOff: ended,
    });
    return true;
  }

  #complete(): boolean {
    this.#finish()?.end();
    this.#body.left(this);
    return false;
  }

  #finish(): BodySink | undefined {
    const sink = this.#sink;
    this.#stage = "over";
    this.#sink = undefined;
    this.#body.unfollow(this);
    return sink;
  }
}
