/**
 * A connection on which requests are sent, one after the other, and their responses read.
 *
 *   idle ── send ──▶ waiting ── head ──▶ reading ── complete ──▶ idle, where both sides keep it
 *     │                 │                   │              └───▶ closed
 *     │                 ├── 101 ────────────┼──────────────────▶ switched: somebody else's
 *     └─── end ─────────┴── fault, abort ───┴──────────────────▶ closed
 *
 * A response may come before its request's body was sent: what is left of that is not sent then,
 * and the connection is closed. What comes while it is idle was not asked for, and closes it.
 * Nobody is told of anything after an exchange is over.
 */
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { readBytes } from "./read-bytes.ts";
import type { ResponseHead } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";
import { SwitchedConnection } from "./switched-connection.ts";

export interface ExchangeEvents {
  /**
   * There is a connection for it.
   *
   * @param address whom it leads to
   * @param isReused whether it had served other requests before: it may prove closed
   */
  connected(address: string, isReused: boolean): void;
  /** The first of the request is on its way. */
  sent(): void;
  head(head: ResponseHead): void;
  data(part: Buffer): void;
  complete(): void;
  /** The response will not be complete: a MalformedResponse, Silence, BrokenOff or the system's error. */
  failed(error: Error): void;
}

/** No byte came for as long as may be waited for one. */
export class Silence extends Error {
  override readonly name = "Silence";
}

/** The connection ended before the response was complete. */
export class BrokenOff extends Error {
  override readonly name = "BrokenOff";
}

export interface OutboundRequest {
  readonly method: string;
  /** As it is written, with the empty line. */
  readonly head: string;
  readonly body?: OutboundBody;
  /**
   * The longest wait for the response's head, and for each piece of its body after that, or of the
   * request's where that is still sent.
   */
  readonly silenceMaxMs: number;
  /** What its head offers to go on with; the events end where that is taken. */
  readonly offer?: Offer;
}

export interface Offer {
  /** Of the protocol, in lower case. */
  readonly name: string;
  switched(head: ResponseHead, connection: SwitchedConnection): void;
}

export interface OutboundBody {
  /** Taken no faster than the connection takes them; left early when nobody wants the rest. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether the head says that it is sent in chunks. */
  readonly isChunked: boolean;
}

export class OutboundConnection {
  /** Whom it leads to, as `192.0.2.1:80` or `[2001:db8::1]:443`: a socket forgets that when it ends. */
  readonly address: string;
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  readonly #stopReading: () => void;
  readonly #whenIdle: (connection: OutboundConnection, head: ResponseHead) => void;
  #state: "idle" | "waiting" | "reading" | "switched" | "closed" = "idle";
  #events: ExchangeEvents | undefined;
  #head: ResponseHead | undefined;
  #silenceMaxMs = 0;
  #isPaused = false;
  /** Whether some of a request's body is still to be sent. */
  #isSending = false;
  /** How many requests were sent on it. */
  requests = 0;
  /** When it is given up, by the clock of `closeIfLate`; it stays while that is not passed. */
  deadline = Infinity;

  /**
   * @param socket connected, and nobody else's
   * @param headMax bytes of a response's head
   * @param whenIdle called when a response is complete and the connection may take another request
   */
  constructor(
    socket: Socket,
    headMax: number,
    whenIdle: (connection: OutboundConnection, head: ResponseHead) => void,
  ) {
    this.address = addressOf(socket);
    this.#socket = socket;
    this.#reader = new ResponseReader(headMax);
    this.#whenIdle = whenIdle;
    this.#stopReading = readBytes(socket, this.#read);
    socket.on("end", this.#ended);
    socket.on("error", this.#fail);
    socket.on("close", this.#left);
  }

  /** Whether a request may be sent on it: what it holds unread was not asked for, and would be taken for the response. */
  get isUsable(): boolean {
    return this.#state === "idle" && this.#socket.readableLength === 0;
  }

  /** To be called on an idle connection. */
  send(request: OutboundRequest, events: ExchangeEvents): void {
    if (this.#state !== "idle")
      throw new Error(`A request was sent on a connection that is ${this.#state}`);
    this.requests += 1;
    this.#state = "waiting";
    this.#events = events;
    this.#head = undefined;
    this.#isPaused = false;
    this.#isSending = false;
    this.#silenceMaxMs = request.silenceMaxMs;
    this.deadline = performance.now() + request.silenceMaxMs;
    const { offer } = request;
    this.#reader.expect(
      request.method,
      this.#readerEvents,
      offer && {
        name: offer.name,
        switched: (head, early) => offer.switched(head, this.#letGo(early)),
      },
    );
    if (request.body === undefined) {
      this.#socket.write(request.head, "latin1");
      events.sent();
    } else {
      this.#isSending = true;
      void this.#sendBody(request.head, request.body, events);
    }
  }

  /**
   * Reads nothing more until `resume`; what has arrived already may still be handed over.
   *
   * @param events of the exchange that is meant: nothing happens when that is over
   */
  pause(events: ExchangeEvents): void {
    if (this.#events !== events) return;
    this.#isPaused = true;
    this.deadline = Infinity;
    this.#socket.pause();
  }

  resume(events: ExchangeEvents): void {
    if (this.#events !== events || !this.#isPaused) return;
    this.#isPaused = false;
    this.deadline = performance.now() + this.#silenceMaxMs;
    this.#socket.resume();
  }

  /** Gives up the exchange and the connection; its events are told nothing more. */
  abort(events: ExchangeEvents): void {
    if (this.#events !== events) return;
    this.#events = undefined;
    this.#close();
  }

  /** Closes it whatever it does. */
  destroy(): void {
    this.#fail(new BrokenOff("The connections are being closed"));
  }

  /** Closes an idle connection. */
  closeIdle(): void {
    if (this.#state === "idle") this.#close();
  }

  /** @param now milliseconds, as `performance.now()` */
  closeIfLate(now: number): void {
    if (now < this.deadline) return;
    if (this.#state === "idle") this.#close();
    else this.#fail(new Silence(`Nothing came for ${this.#silenceMaxMs} ms`));
  }

  /**
   * The head goes out with the first of the body: before there is any, nothing was asked. No time
   * counts while the other side could take more and it is the body that does not come.
   */
  async #sendBody(
    head: string,
    { chunks, isChunked }: OutboundBody,
    events: ExchangeEvents,
  ): Promise<void> {
    const socket = this.#socket;
    let before: string | undefined = head;
    try {
      this.deadline = Infinity;
      for await (const chunk of chunks) {
        if (this.#events !== events) return;
        socket.cork();
        if (before !== undefined) socket.write(before, "latin1");
        if (isChunked) socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
        let isReady = socket.write(chunk);
        if (isChunked) isReady = socket.write("\r\n", "latin1");
        socket.uncork();
        if (before !== undefined) events.sent();
        before = undefined;
        // Who takes of the request is not silent, though the response has begun.
        if (!isReady || this.#state === "reading") this.#expectWithin(events);
        if (isReady) continue;
        await drained(socket);
        if (this.#events !== events) return;
        if (this.#state === "waiting") this.deadline = Infinity;
      }
      if (this.#events !== events) return;
      const last = (before ?? "") + (isChunked ? "0\r\n\r\n" : "");
      if (last !== "") socket.write(last, "latin1");
      if (before !== undefined) events.sent();
      this.#isSending = false;
      this.#expectWithin(events);
    } catch (error) {
      if (this.#events === events) this.#fail(error as Error);
    }
  }

  /** Something must come, or be taken, from now on. */
  #expectWithin(events: ExchangeEvents): void {
    if (this.#events !== events || this.#isPaused) return;
    this.deadline = performance.now() + this.#silenceMaxMs;
  }

  readonly #readerEvents = {
    head: (head: ResponseHead): void => {
      this.#state = "reading";
      this.#head = head;
      this.#events?.head(head);
    },
    data: (part: Buffer): void => this.#events?.data(part),
    complete: (persists: boolean): void => this.#complete(persists),
  };

  readonly #read = (bytes: Buffer): void => {
    if (this.#state === "idle") {
      this.#close();
      return;
    }
    if (this.#state !== "waiting" && this.#state !== "reading") return;
    const wasReading = this.#state === "reading";
    try {
      if (!this.#reader.read(bytes)) this.#close();
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    // An informational response is no head: it must not keep a silent origin alive.
    const moved = wasReading || this.#state === ("reading" as string);
    if (moved && this.#events !== undefined) this.#expectWithin(this.#events);
  };

  #complete(persists: boolean): void {
    const events = this.#events;
    const head = this.#head;
    this.#events = undefined;
    if (this.#state !== "closed") {
      if (this.#isPaused) this.#socket.resume();
      this.#isPaused = false;
      this.deadline = Infinity;
      this.#state = "idle";
      if (!persists || head === undefined || this.#isSending) this.#close();
    }
    events?.complete();
    // Whoever waits for a connection may send on it at once, so that comes last.
    if (this.#state === "idle" && head !== undefined) this.#whenIdle(this, head);
  }

  /** The connection is no more of HTTP: only `destroy` still ends it. */
  #letGo(early: Buffer): SwitchedConnection {
    const socket = this.#socket;
    this.#state = "switched";
    this.#events = undefined;
    this.deadline = Infinity;
    this.#stopReading();
    socket.off("end", this.#ended);
    socket.off("error", this.#fail);
    socket.off("close", this.#left);
    return new SwitchedConnection(socket, early);
  }

  readonly #ended = (): void => {
    if (this.#state === "waiting" || this.#state === "reading") {
      if (this.#reader.readEnd()) return;
      this.#fail(new BrokenOff("The origin ended the connection before its response was complete"));
    } else this.#close();
  };

  readonly #left = (): void => this.#fail(new BrokenOff("The connection was closed"));

  readonly #fail = (error: Error): void => {
    const events = this.#events;
    this.#events = undefined;
    this.#close();
    events?.failed(error);
  };

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#socket.destroy();
  }
}

function addressOf({ remoteAddress = "", remotePort = 0 }: Socket): string {
  const host = remoteAddress.includes(":") ? `[${remoteAddress}]` : remoteAddress;
  return `${host}:${remotePort}`;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}
