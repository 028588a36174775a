/**
 * What is known of a viewer's connection beside its bytes: whose it is, and how it is secured. Whoever accepts a connection
 * says so once, and whoever reads requests off it asks.
 */
import type { Socket } from "node:net";
import { plainAddress } from "../../base/plain-address.ts";
import type { RequestTls } from "../viewer-request.ts";

/** How a connection is secured: the same for each of its requests, but that only the first one comes by a handshake. */
export class ConnectionTls {
  readonly #first: RequestTls;
  readonly #later: RequestTls;
  readonly #begun: () => void;
  #hasBegun = false;

  /** @param begun told of the connection's first request */
  constructor(first: RequestTls, begun: () => void) {
    this.#first = first;
    this.#begun = begun;
    this.#later = { ...first, handshake: "connectionReused" };
  }

  /** To be called once a request. */
  ofNextRequest(): RequestTls {
    if (this.#hasBegun) return this.#later;
    this.#hasBegun = true;
    this.#begun();
    return this.#first;
  }
}

export interface ViewerConnection {
  /** Of IPv4 without `::ffff:`, whatever the socket listens on. */
  readonly address: string;
  readonly port: number;
  /** Undefined for a connection in the clear. */
  readonly tls: ConnectionTls | undefined;
}

const known = new WeakMap<Socket, ViewerConnection>();

export function noteConnection(socket: Socket, connection: ViewerConnection): void {
  known.set(socket, connection);
}

/** @returns what was said of it, else what its socket says */
export function connectionOf(socket: Socket): ViewerConnection {
  const noted = known.get(socket);
  if (noted !== undefined) return noted;
  const { remoteAddress = "", remotePort: port = 0 } = socket;
  return { address: plainAddress(remoteAddress), port, tls: undefined };
}
