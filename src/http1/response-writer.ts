/**
 * Writes one response to a raw socket, framed as RFC 9112 §6 says: by its Content-Length where it
 * has one, in chunks otherwise, and without a body where none may follow.
 *
 * The head waits for the first of the body, so that a small response is one write.
 */
import type { Socket } from "node:net";
import { Buffer } from "node:buffer";
import type { BodySink, BodySource } from "../base/body.ts";
import { writeResponseHead } from "./write-head.ts";

export interface WrittenResponse {
  readonly status: number;
  readonly reason: string;
  /** The header lines, each with its line end, without Transfer-Encoding. */
  readonly fields: string;
  /** Whether there is a Content-Length among them. */
  readonly isMeasured: boolean;
  readonly body: BodySource;
}

/** Below this a body is cheaper to copy into the text of its head than to write beside it, in bytes. */
const joinedMax = 16 * 1024;
const lastChunk = "0\r\n\r\n";

export class ResponseWriter implements BodySink {
  /** How many the socket was given, head and framing among them. */
  bytes = 0;
  readonly #socket: Socket;
  readonly #unreadMaxMs: number;
  readonly #whenDone: (isWhole: boolean) => void;
  /** The head, until it is written. */
  #head = "";
  #isChunked = false;
  #isDone = false;

  /**
   * @param unreadMaxMs after how long of taking nothing of what was written the socket times out;
   *   whoever hears of that looks whether anything is left
   * @param whenDone called once: all was handed to the socket, or the response was broken off
   */
  constructor(socket: Socket, unreadMaxMs: number, whenDone: (isWhole: boolean) => void) {
    this.#socket = socket;
    this.#unreadMaxMs = unreadMaxMs;
    this.#whenDone = whenDone;
  }

  /** @param isHead whether it answers a HEAD request */
  send({ status, reason, fields, isMeasured, body }: WrittenResponse, isHead: boolean): void {
    const hasBody = !isHead && status !== 204 && status !== 304;
    this.#isChunked = hasBody && !isMeasured;
    const framing = this.#isChunked ? "Transfer-Encoding: chunked\r\n" : "";
    this.#head = writeResponseHead(status, reason, fields + framing);
    const { whole } = body;
    if (!hasBody || this.#socket.destroyed) {
      body.discard();
      this.#finish(this.#takeHead());
    } else if (whole === undefined) {
      body.sendTo(this);
      if (this.#head !== "" && !this.#isDone) this.#writeText(this.#takeHead());
    } else {
      body.discard();
      this.#sendWhole(whole);
    }
  }

  write(chunk: Uint8Array): boolean {
    if (chunk.length === 0 || this.#isDone) return true;
    const before = this.#takeHead() + this.#sizeLine(chunk);
    const after = this.#isChunked ? "\r\n" : "";
    if (before !== "" && chunk.length <= joinedMax) {
      return this.#writeText(before + textOf(chunk) + after);
    }
    const socket = this.#socket;
    socket.cork();
    if (before !== "") this.#writeText(before);
    this.bytes += chunk.length;
    let isReady = socket.write(chunk);
    if (after !== "") isReady = this.#writeText(after);
    socket.uncork();
    return isReady;
  }

  whenReady(go: () => void): void {
    this.#watchUnread();
    this.#socket.once("drain", go);
  }

  end(): void {
    if (!this.#isDone) this.#finish(this.#takeHead() + (this.#isChunked ? lastChunk : ""));
  }

  /** Bytes or chunks are counted, so a viewer sees by the connection's end that some are missing. */
  breakOff(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#socket.destroy();
    this.#whenDone(false);
  }

  #sendWhole(body: Uint8Array): void {
    if (body.length > joinedMax) {
      this.write(body);
      this.end();
      return;
    }
    const head = this.#takeHead();
    if (!this.#isChunked) this.#finish(head + textOf(body));
    else if (body.length === 0) this.#finish(head + lastChunk);
    else this.#finish(`${head}${this.#sizeLine(body)}${textOf(body)}\r\n${lastChunk}`);
  }

  #finish(rest: string): void {
    if (rest !== "") this.#writeText(rest);
    this.#isDone = true;
    this.#watchUnread();
    this.#whenDone(true);
  }

  /**
   * A timer only where something is left unread: Node then tells whether it moves. Of little that
   * is left no drain is told: then the timer stays, and finds nothing unread when it is over.
   */
  #watchUnread(): void {
    const socket = this.#socket;
    if (socket.writableLength === 0 || socket.timeout === this.#unreadMaxMs) return;
    socket.setTimeout(this.#unreadMaxMs);
    if (socket.writableNeedDrain) socket.once("drain", () => socket.setTimeout(0));
  }

  #sizeLine({ length }: Uint8Array): string {
    return this.#isChunked ? `${length.toString(16)}\r\n` : "";
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = "";
    return head;
  }

  #writeText(text: string): boolean {
    this.bytes += text.length;
    return this.#socket.write(text, "latin1");
  }
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString("latin1");
}
