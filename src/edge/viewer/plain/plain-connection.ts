/**
 * A viewer's connection while all it sends is plain requests (http1/read-plain-heads.ts): they are
 * answered one after the other, without node:http.
 *
 *   idle ── plain heads ──▶ serving ── answered ──▶ idle, or serving the next
 *    │                         │  └─ last answer ─▶ closed
 *    └── other bytes ──▶ handed over ◀── answered ── serving, with other bytes waiting
 *
 * The first bytes that are anything else, and all that follows them, are handed over unread once
 * the requests before them have their answers. Viewers can't tell who answered.
 */
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { readHeld } from "../../../base/read-held.ts";
import { readLentBytes } from "../../../http1/read-lent-bytes.ts";
import { readPlainHeads, type PlainHead } from "../../../http1/read-plain-heads.ts";
import { connectionOf, type ConnectionTls } from "../../tls/viewer-connection.ts";
import type { PlainExchange } from "./plain-exchange.ts";

/** Beyond these nothing more is read from a connection, but what had arrived already. */
const waitingMax = 32;
/** And beyond so many bytes that are not plain: until then it is noticed when the viewer leaves. */
const restMax = 64 * 1024;

/** What a connection takes of the door that it came through. */
export interface PlainDoor {
  /** Makes an exchange of a request and has it answered, at once or later. */
  serve(head: PlainHead, connection: PlainConnection): PlainExchange;
  /** Goes on with a connection whose first unread bytes are in front again. */
  handOver(connection: PlainConnection): void;
  /** The connection has ended, or is handed over. */
  forget(connection: PlainConnection): void;
  readonly isDraining: boolean;
  /** How long a connection may stay without a request, in milliseconds; the first one has less. */
  readonly keepAliveTimeoutMs: number;
  readonly firstRequestTimeoutMs: number;
}

export class PlainConnection {
  readonly socket: Socket;
  /** The viewer's address and port: a socket forgets them when it ends. */
  readonly address: string;
  readonly port: number;
  /** Undefined for a connection in the clear. */
  readonly tls: ConnectionTls | undefined;
  /** Whether a request of it was served. */
  hasAsked = false;
  readonly #door: PlainDoor;
  readonly #stopReading: () => void;
  #waiting: PlainHead[] = [];
  #serving: PlainExchange | undefined;
  #closes = false;
  #isOpen = true;
  /** Whether the next request waits until the viewer has read of the answers before it. */
  #isUnread = false;
  /** Whether the door is serving a request right now, which may be answered before it returns. */
  #isStarting = false;
  /** Bytes that are not plain, until the requests before them are answered. */
  #rest: Buffer | undefined;
  /**
   * When it is closed if no request comes, as `performance.now()` counts. Undefined while it is
   * served, and after that until somebody looks: asking for the time with each answer costs more.
   */
  #deadline: number | undefined;

  constructor(socket: Socket, door: PlainDoor) {
    this.socket = socket;
    const { address, port, tls } = connectionOf(socket);
    this.address = address;
    this.port = port;
    this.tls = tls;
    this.#door = door;
    this.#deadline = performance.now() + door.firstRequestTimeoutMs;
    this.#stopReading = readLentBytes(socket, this.#read);
    socket.on("end", this.#end);
    socket.on("error", this.#fail);
    socket.on("close", this.#left);
    socket.on("timeout", this.#timedOut);
  }

  /** Whether the connection stays open after the answer that is being given. */
  get mayStayOpen(): boolean {
    return !this.#closes && !this.#door.isDraining;
  }

  /** The request that was served last has its answer. */
  answered(staysOpen: boolean): void {
    this.#serving = undefined;
    if (!this.#isOpen) return;
    if (!staysOpen) {
      this.#waiting = [];
      this.#isOpen = false;
      this.socket.destroySoon();
    } else {
      this.#deadline = undefined;
      // The next request is begun by whoever began this one, if that has not returned yet.
      if (!this.#isStarting) this.#next();
    }
  }

  /** @param now as `performance.now()` */
  closeIfLate(now: number): void {
    // What is kept of an answer is on its way: time counts from when the system has all of it.
    if (!this.isIdle) this.#deadline = undefined;
    else if (this.#deadline === undefined) this.#deadline = now + this.#door.keepAliveTimeoutMs;
    else if (now >= this.#deadline) this.socket.destroy();
  }

  /** Whether no request is served or waits, and the answers have left the process. */
  get isIdle(): boolean {
    return !this.#isBusy && this.socket.writableLength === 0;
  }

  get #isBusy(): boolean {
    return this.#serving !== undefined || this.#waiting.length > 0 || this.#isUnread;
  }

  readonly #read = (bytes: Buffer): void => {
    if (!this.#isOpen || this.#closes) return;
    const heads = this.#rest === undefined ? readPlainHeads(bytes) : undefined;
    if (heads === undefined) {
      this.#rest =
        this.#rest === undefined ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
      if (!this.#isBusy) this.#handOver(this.#rest);
      else if (this.#rest.length > restMax) this.socket.pause();
      return;
    }
    if (this.#waiting.length === 0) this.#waiting = heads;
    else this.#waiting.push(...heads);
    if (this.#waiting.length > waitingMax) this.socket.pause();
    if (this.#serving === undefined) this.#next();
  };

  /** Serves what waits, as long as the answers come at once and the viewer reads them. */
  #next(): void {
    while (this.#serving === undefined && this.#isOpen) {
      if (this.#waitsForReading()) return;
      const head = this.#takeHead();
      if (head === undefined) break;
      this.#closes = head.closes;
      this.#isStarting = true;
      const exchange = this.#door.serve(head, this);
      this.#isStarting = false;
      if (!exchange.isOver) this.#serving = exchange;
    }
    if (!this.#isOpen || this.#serving !== undefined) return;
    if (this.#rest !== undefined) this.#handOver(this.#rest);
    else if (this.socket.isPaused()) this.socket.resume();
  }

  #takeHead(): PlainHead | undefined {
    return this.#waiting.length > 1 ? this.#waiting.shift() : this.#waiting.pop();
  }

  /** Answers to a viewer that asks and does not read would pile up. */
  #waitsForReading(): boolean {
    const { socket } = this;
    // What the system takes at once needs no wait, though its drain is told later.
    if (!this.#isUnread && socket.writableNeedDrain && socket.writableLength > 0) {
      this.#isUnread = true;
      socket.once("drain", () => {
        this.#isUnread = false;
        this.#next();
      });
    }
    return this.#isUnread;
  }

  #handOver(rest: Buffer): void {
    const { socket } = this;
    this.#isOpen = false;
    this.#rest = undefined;
    this.#stopReading();
    socket.off("end", this.#end);
    socket.off("error", this.#fail);
    socket.off("close", this.#left);
    socket.off("timeout", this.#timedOut);
    socket.setTimeout(0);
    socket.pause();
    // In one piece: what a stream still holds when it is paused is overtaken by what node:http has the system read.
    const behind = readHeld(socket);
    socket.unshift(behind === null ? rest : Buffer.concat([rest, behind]));
    this.#door.forget(this);
    this.#door.handOver(this);
    socket.resume();
  }

  /** No viewer sends its last byte before the answer; one that does may have left. */
  readonly #end = (): void => {
    this.socket.end();
    this.#left();
  };

  readonly #fail = (): void => {
    this.socket.destroy();
    this.#left();
  };

  /** The timer of an answer that was read after all may still run (ResponseWriter). */
  readonly #timedOut = (): void => {
    if (this.socket.writableLength > 0) {
      this.#serving?.end("unread");
      this.#fail();
    } else this.socket.setTimeout(0);
  };

  readonly #left = (): void => {
    this.#isOpen = false;
    this.#waiting = [];
    this.#door.forget(this);
    this.#serving?.end("waiting");
  };
}
