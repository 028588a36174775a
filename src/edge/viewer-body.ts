/**
 * The body of a viewer's request on its way to an origin: read no faster than the origin takes it.
 *
 * Node's own stream iteration would end the viewer's connection together with a failed origin
 * request, and with it the answer that says so. This one leaves the connection alone, and throws
 * away what is left of the body when the answer is sent before all of it was read.
 */
import type { IncomingMessage } from "node:http";

/** How much of an unwanted body is read, so that the viewer gets to read the answer, in bytes. */
const discardMax = 4 * 1024 * 1024;

type Chunk = IteratorResult<Buffer, undefined>;

export class ViewerBody implements AsyncIterableIterator<Buffer, undefined> {
  readonly #message: IncomingMessage;
  readonly #sendContinue: (() => void) | undefined;
  #waiting: ((chunk: Chunk | Promise<Chunk>) => void) | undefined;
  #state: "untouched" | "reading" | "ended" | "failed" | "discarded" = "untouched";

  /** @param sendContinue given when the viewer waits for "100 Continue" before it sends the body */
  constructor(message: IncomingMessage, sendContinue: (() => void) | undefined) {
    this.#message = message;
    this.#sendContinue = sendContinue;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whether nothing of it was read, so that another attempt can send it. */
  get untouched(): boolean {
    return this.#state === "untouched";
  }

  /** Whether the viewer holds it back, and may never send it. */
  get isHeldBack(): boolean {
    return this.#sendContinue !== undefined && this.untouched;
  }

  next(): Promise<Chunk> {
    if (this.#state === "untouched") this.#start();
    const chunk = this.#take();
    if (chunk !== undefined) return chunk;
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The reader stops early. What is left is thrown away when the answer has been sent. */
  return(): Promise<Chunk> {
    return Promise.resolve({ done: true, value: undefined });
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
      if (left < 0) message.destroy();
    });
    message.resume();
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
      case "untouched":
      case "reading": {
        const value = this.#message.read() as Buffer | null;
        if (value !== null) return Promise.resolve({ done: false, value });
        return undefined;
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
