/**
 * The body of a viewer's request on its way to an origin: read no faster than the origin takes it.
 *
 * Node's own stream iteration would end the viewer's connection together with a failed origin
 * request, and with it the answer that says so. This one leaves the connection alone, and throws
 * away what is left of the body when the answer is sent before all of it was read.
 *
 * Each iteration is an attempt to send it, and ends the one before. As long as no more than the
 * first chunk was taken, the next attempt begins with that.
 */
import type { Readable } from "node:stream";
import type { OutgoingBody } from "../origin/requester.ts";

/** How much of an unwanted body is read, so that the viewer gets to read the answer, in bytes. */
const discardMax = 4 * 1024 * 1024;

/** Of HTTP/1 it says whether all of it has come; a stream of HTTP/2 does not. */
type Message = Readable & { readonly complete?: boolean };
type Chunk = IteratorResult<Buffer, undefined>;
type Attempt = AsyncIterator<Buffer, undefined>;

export class RequestBody implements OutgoingBody {
  /** Told of each piece that is taken. */
  onPiece: (() => void) | undefined;
  readonly #message: Message;
  readonly #maxBytes: number;
  readonly #sendContinue: (() => void) | undefined;
  #attempt: Attempt | undefined;
  #waiting: ((chunk: Chunk | Promise<Chunk>) => void) | undefined;
  #state: "untouched" | "reading" | "ended" | "failed" | "too-large" | "discarded" = "untouched";
  #mayPause = false;
  #taken = 0;
  #bytes = 0;
  /** Kept until a second chunk is taken. */
  #first: Buffer | undefined;

  /** @param sendContinue given when the viewer waits for "100 Continue" before it sends the body */
  constructor(message: Message, maxBytes: number, sendContinue: (() => void) | undefined) {
    this.#message = message;
    this.#maxBytes = maxBytes;
    this.#sendContinue = sendContinue;
  }

  [Symbol.asyncIterator](): Attempt {
    this.endAttempt();
    let repeats = this.#first;
    const attempt: Attempt = {
      next: () => {
        if (this.#attempt !== attempt) return Promise.reject(attemptEnded());
        if (repeats === undefined) return this.#next();
        const value = repeats;
        repeats = undefined;
        return Promise.resolve({ done: false, value });
      },
      // What is left is thrown away when the answer has been sent.
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
    this.#attempt = attempt;
    return attempt;
  }

  /** Takes nothing more for the attempt that is under way. */
  endAttempt(): void {
    this.#attempt = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(Promise.reject(attemptEnded()));
  }

  /** Whether all of it has come, read or not. */
  get hasCome(): boolean {
    return this.#message.complete ?? this.#message.readableEnded;
  }

  /** How much of it was read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether another attempt can send all of it. */
  get isWhole(): boolean {
    return this.#taken === 0 || this.#first !== undefined;
  }

  /** Whether more came than is taken. */
  get isTooLarge(): boolean {
    return this.#state === "too-large";
  }

  /** Whether the viewer holds it back, and may never send it. */
  get isHeldBack(): boolean {
    return this.#sendContinue !== undefined && this.#state === "untouched";
  }

  /** Whether the origin would take more of it at once, and it is the viewer who sends nothing, and should. */
  get isAwaited(): boolean {
    return this.#waiting !== undefined && !this.#mayPause;
  }

  allowPauses(): void {
    this.#mayPause = true;
  }

  /**
   * The answer is about to be sent. Says that somebody reads the body: a stream of HTTP/2 that is over on both sides, and that nobody has
   * read, throws away what has come by itself, and never tells how much that was.
   */
  claim(): void {
    this.#message.read(0);
  }

  /** The answer is on its way: takes what still comes, up to a limit, and then ends the connection. */
  discard(): void {
    if (this.#state === "ended" || this.#state === "failed" || this.#state === "discarded") return;
    this.#state = "discarded";
    this.#wake();
    const message = this.#message;
    message.off("readable", this.#wake);
    let left = discardMax;
    message.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      this.#bytes += chunk.length;
      this.onPiece?.();
      if (left < 0) message.destroy();
    });
    this.claim();
    message.resume();
  }

  #next(): Promise<Chunk> {
    if (this.#state === "untouched") this.#start();
    const chunk = this.#take();
    if (chunk !== undefined) return chunk;
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #start(): void {
    this.#state = "reading";
    this.#sendContinue?.();
    const message = this.#message;
    message.on("readable", this.#wake);
    message.on("end", () => {
      if (this.#state === "reading") this.#state = "ended";
      this.#wake();
    });
    const fail = () => {
      if (this.#state === "reading") this.#state = "failed";
      this.#wake();
    };
    message.on("error", fail);
    message.on("close", fail);
  }

  /** @returns the next chunk or the end, when either is there already */
  #take(): Promise<Chunk> | undefined {
    switch (this.#state) {
      case "ended":
        return Promise.resolve({ done: true, value: undefined });
      case "failed":
        return Promise.reject(new Error("The viewer went away before its request was complete"));
      case "discarded":
        return Promise.reject(new Error("The answer came before the request was complete"));
      case "too-large":
        return Promise.reject(new Error(`The request's body is over ${this.#maxBytes} bytes`));
      case "untouched":
      case "reading": {
        const value = this.#message.read() as Buffer | null;
        if (value === null) return undefined;
        this.#bytes += value.length;
        if (this.#bytes > this.#maxBytes) {
          this.#state = "too-large";
          return this.#take();
        }
        this.#taken += 1;
        this.onPiece?.();
        this.#first = this.#taken === 1 ? value : undefined;
        return Promise.resolve({ done: false, value });
      }
    }
  }

  readonly #wake = (): void => {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const chunk = this.#take();
    if (chunk === undefined) return;
    this.#waiting = undefined;
    waiting(chunk);
  };
}

function attemptEnded(): Error {
  return new Error("The attempt to send the request is over");
}
