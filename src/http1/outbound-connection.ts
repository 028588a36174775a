/**
 * A connection on which requests without a body are sent, one after the other, and their responses
 * read.
 *
 *   idle ── send ──▶ waiting ── head ──▶ reading ── complete ──▶ idle, where both sides keep it
 *     │                 │                   │              └───▶ closed
 *     └─── end ─────────┴── fault, abort ───┴──────────────────▶ closed
 *
 * What comes while it is idle was not asked for, and closes it. Nobody is told of anything after
 * an exchange is over.
 */
import type { Socket } from "node:net";
import type { ResponseHead } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";

export interface ExchangeEvents {
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
  /** The longest wait for the response's head, and for each piece of its body after that. */
  readonly silenceMaxMs: number;
}

export class OutboundConnection {
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  readonly #whenIdle: (connection: OutboundConnection, head: ResponseHead) => void;
  #state: "idle" | "waiting" | "reading" | "closed" = "idle";
  #events: ExchangeEvents | undefined;
  #head: ResponseHead | undefined;
  #silenceMaxMs = 0;
  #isPaused = false;
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
    this.#socket = socket;
    this.#reader = new ResponseReader(headMax);
    this.#whenIdle = whenIdle;
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    socket.on("end", () => this.#ended());
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new BrokenOff("The connection was closed")));
  }

  get isClosed(): boolean {
    return this.#state === "closed";
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
    this.#silenceMaxMs = request.silenceMaxMs;
    this.deadline = performance.now() + request.silenceMaxMs;
    this.#reader.expect(request.method, this.#readerEvents);
    this.#socket.write(request.head, "latin1");
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

  readonly #readerEvents = {
    head: (head: ResponseHead): void => {
      this.#state = "reading";
      this.#head = head;
      this.#events?.head(head);
    },
    data: (part: Buffer): void => this.#events?.data(part),
    complete: (persists: boolean): void => this.#complete(persists),
  };

  #read(bytes: Buffer): void {
    if (this.#state === "idle") {
      this.#close();
      return;
    }
    if (this.#state === "closed") return;
    const wasReading = this.#state === "reading";
    try {
      if (!this.#reader.read(bytes)) this.#close();
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    // An informational response is no head: it must not keep a silent origin alive.
    const moved = wasReading || this.#state === ("reading" as string);
    if (moved && !this.#isPaused && this.#events !== undefined) {
      this.deadline = performance.now() + this.#silenceMaxMs;
    }
  }

  #complete(persists: boolean): void {
    const events = this.#events;
    const head = this.#head;
    this.#events = undefined;
    if (this.#state !== "closed") {
      if (this.#isPaused) this.#socket.resume();
      this.#isPaused = false;
      this.deadline = Infinity;
      this.#state = "idle";
      if (!persists || head === undefined) this.#close();
    }
    events?.complete();
    // Whoever waits for a connection may send on it at once, so that comes last.
    if (this.#state === "idle" && head !== undefined) this.#whenIdle(this, head);
  }

  #ended(): void {
    if (this.#state === "waiting" || this.#state === "reading") {
      if (this.#reader.readEnd()) return;
      this.#fail(new BrokenOff("The origin ended the connection before its response was complete"));
    } else this.#close();
  }

  #fail(error: Error): void {
    const events = this.#events;
    this.#events = undefined;
    this.#close();
    events?.failed(error);
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#socket.destroy();
  }
}
