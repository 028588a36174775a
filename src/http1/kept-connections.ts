/**
 * Connections that are kept open between requests, by where they lead.
 *
 * The one that fell idle last is used first, so that those that are not needed grow old and are
 * closed. Time is looked at a few times a second for all of them at once, rather than with a timer
 * for each: a deadline is passed by at most `sweepMs`.
 */
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { startSweep } from "../base/sweep.ts";
import { valuesOf } from "./field-lines.ts";
import {
  OutboundConnection,
  type ExchangeEvents,
  type OutboundRequest,
} from "./outbound-connection.ts";
import type { ResponseHead } from "./response-head.ts";

const sweepMs = 100;

/** Where connections lead, and how they are made. Places with the same key share connections. */
export interface Place {
  readonly key: string;
  /** How long a connection is kept without a request. */
  readonly idleMaxMs: number;
  /** Calls back once, with a connected socket or the reason why there is none. */
  connect(done: (error: Error | undefined, socket: Socket | undefined) => void): { abort(): void };
}

export interface KeptConnectionsOptions {
  /** Bytes of a response's head. */
  readonly headMax: number;
  /** Connections that are kept idle at once, to all places together. */
  readonly idleMax: number;
}

export interface SendOptions {
  /** Whether a connection that has served others may be used; it may prove closed. */
  readonly mayReuse: boolean;
}

/** A request that was sent, or waits for its connection. */
export interface OutboundExchange {
  pause(): void;
  resume(): void;
  abort(): void;
}

export class KeptConnections {
  readonly #options: KeptConnectionsOptions;
  readonly #idle = new Map<string, OutboundConnection[]>();
  readonly #all = new Set<OutboundConnection>();
  readonly #opening = new Set<{ abort(): void }>();
  #idleCount = 0;
  #stopSweep: (() => void) | undefined;

  constructor(options: KeptConnectionsOptions) {
    this.#options = options;
  }

  /** How many are open, and how many of those are idle. */
  get counts(): { readonly open: number; readonly idle: number } {
    return { open: this.#all.size, idle: this.#idleCount };
  }

  send(
    place: Place,
    request: OutboundRequest,
    events: ExchangeEvents,
    { mayReuse }: SendOptions,
  ): OutboundExchange {
    const kept = mayReuse ? this.#takeIdle(place.key) : undefined;
    const exchange = new Exchange(events);
    if (kept !== undefined) {
      exchange.begin(kept);
      kept.send(request, events);
      return exchange;
    }
    const opening = place.connect((error, socket) => {
      this.#opening.delete(opening);
      if (socket === undefined || exchange.isAborted) {
        socket?.destroy();
        if (!exchange.isAborted) events.failed(error ?? new Error("No connection came about"));
        return;
      }
      const connection = this.#add(place, socket);
      exchange.begin(connection);
      connection.send(request, events);
    });
    exchange.opening = opening;
    this.#opening.add(opening);
    return exchange;
  }

  /** Ends all of them, in use or not. */
  close(): void {
    this.#endSweep();
    for (const opening of this.#opening) opening.abort();
    for (const connection of this.#all) connection.destroy();
    this.#all.clear();
    this.#idle.clear();
    this.#idleCount = 0;
  }

  #add(place: Place, socket: Socket): OutboundConnection {
    const connection = new OutboundConnection(socket, this.#options.headMax, (idle, head) =>
      this.#keep(place, idle, head),
    );
    this.#all.add(connection);
    socket.once("close", () => this.#forget(place.key, connection));
    this.#stopSweep ??= startSweep((now) => this.#closeLate(now), sweepMs);
    return connection;
  }

  #keep(place: Place, connection: OutboundConnection, head: ResponseHead): void {
    const idleMaxMs = Math.min(place.idleMaxMs, announcedIdleMs(head));
    if (idleMaxMs <= 0 || this.#idleCount >= this.#options.idleMax) {
      connection.closeIdle();
      return;
    }
    connection.deadline = performance.now() + idleMaxMs;
    const list = this.#idle.get(place.key);
    if (list === undefined) this.#idle.set(place.key, [connection]);
    else list.push(connection);
    this.#idleCount += 1;
  }

  #takeIdle(key: string): OutboundConnection | undefined {
    const list = this.#idle.get(key);
    if (list === undefined) return undefined;
    for (;;) {
      const connection = list.pop();
      if (connection === undefined) {
        this.#idle.delete(key);
        return undefined;
      }
      this.#idleCount -= 1;
      if (connection.isUsable) return connection;
      connection.closeIdle();
    }
  }

  #forget(key: string, connection: OutboundConnection): void {
    this.#all.delete(connection);
    const list = this.#idle.get(key);
    const at = list?.indexOf(connection) ?? -1;
    if (list === undefined || at < 0) return;
    list.splice(at, 1);
    this.#idleCount -= 1;
    if (list.length === 0) this.#idle.delete(key);
  }

  #closeLate(now: number): void {
    for (const connection of this.#all) connection.closeIfLate(now);
    if (this.#all.size === 0) this.#endSweep();
  }

  #endSweep(): void {
    this.#stopSweep?.();
    this.#stopSweep = undefined;
  }
}

class Exchange implements OutboundExchange {
  opening: { abort(): void } | undefined;
  isAborted = false;
  readonly #events: ExchangeEvents;
  #connection: OutboundConnection | undefined;

  constructor(events: ExchangeEvents) {
    this.#events = events;
  }

  begin(connection: OutboundConnection): void {
    this.#connection = connection;
    this.#events.connected(connection.address, connection.requests > 0);
  }

  pause(): void {
    this.#connection?.pause(this.#events);
  }

  resume(): void {
    this.#connection?.resume(this.#events);
  }

  abort(): void {
    if (this.isAborted) return;
    this.isAborted = true;
    if (this.#connection === undefined) this.opening?.abort();
    else this.#connection.abort(this.#events);
  }
}

/**
 * How long the other side says that it keeps the connection, less a second for what is on its way.
 * No standard describes this header; servers that send it mean it.
 */
function announcedIdleMs({ headers }: ResponseHead): number {
  const [value] = valuesOf(headers, "keep-alive");
  if (value === undefined) return Infinity;
  const seconds = /\btimeout=([0-9]{1,9})/i.exec(value)?.[1];
  return seconds === undefined ? Infinity : (Number(seconds) - 1) * 1000;
}
