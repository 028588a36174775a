/**
 * Learns whose connections are that come through a load balancer: it says so in front of their bytes.
 *
 *   connection ── of a listed peer ──▶ header ──▶ its viewer is noted, and what follows put back ──▶ a door
 *        │                               └─ none, or none that is right ──▶ closed
 *        └── of anybody else ────────────────────────────────────────────▶ a door, its bytes unread
 */
import type { Server, Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Logger } from "../../../base/logger.ts";
import type { Networks } from "../../../base/networks.ts";
import { plainAddress } from "../../../base/plain-address.ts";
import { connectionOf, noteConnection } from "../../tls/viewer-connection.ts";
import { readProxyHeader, type ProxyHeader } from "./read-proxy-header.ts";

/** How often it is said at most that a peer does not speak the protocol, in milliseconds. */
const complaintIntervalMs = 10_000;

export class ProxiedConnections {
  readonly #isPeer: Networks;
  readonly #logger: Logger;
  #complainedAt = -Infinity;

  constructor(isPeer: Networks, logger: Logger) {
    this.#isPeer = isPeer;
    this.#logger = logger;
  }

  /**
   * Lets a server have its connections once it is known whose they are. To be called before others listen to its
   * connections, who learn of them at once. Those of which TLS is off have been through this before.
   *
   * @param timeoutMs how long a header may take
   */
  standBefore(server: Server, timeoutMs: number): void {
    const takers = server.listeners("connection") as ((socket: Socket) => void)[];
    server.removeAllListeners("connection");
    server.on("connection", (socket: Socket) => {
      const take = (): void => {
        clearTimeout(late);
        for (const taker of takers) taker.call(server, socket);
      };
      const late = setTimeout(() => socket.destroy(), timeoutMs);
      socket.once("close", () => clearTimeout(late));
      if (connectionOf(socket).tls !== undefined) take();
      else this.identify(socket, take);
    });
  }

  /**
   * Calls back, at once where there is nothing to read, unless the connection ends; it is for the caller to bound the time. A
   * connection that is paused before and of which nothing was to be read stays so.
   */
  readonly identify = (socket: Socket, known: () => void): void => {
    const { remoteAddress: peer } = socket;
    if (peer === undefined || !this.#isPeer(peer)) {
      known();
      return;
    }
    let bytes: Buffer = Buffer.alloc(0);
    const end = (): void => void socket.destroy();
    const read = (more: Buffer): void => {
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
      const header = readProxyHeader(bytes);
      if (header === "incomplete") return;
      socket.off("data", read).off("end", end).off("error", end);
      if (header === "malformed") this.#refuse(socket, peer);
      else goOn(socket, header, bytes, known);
    };
    socket.on("data", read).on("end", end).on("error", end);
    socket.resume();
  };

  #refuse(socket: Socket, peer: string): void {
    socket.on("error", () => {});
    socket.destroy();
    const now = performance.now();
    if (now - this.#complainedAt < complaintIntervalMs) return;
    this.#complainedAt = now;
    this.#logger.warn(
      { peer: plainAddress(peer) },
      "a connection of a listed peer began without a PROXY header",
    );
  }
}

function goOn(
  socket: Socket,
  { length, source }: ProxyHeader,
  bytes: Buffer,
  known: () => void,
): void {
  if (source !== undefined) noteConnection(socket, { ...source, tls: undefined });
  socket.pause();
  if (bytes.length > length) socket.unshift(bytes.subarray(length));
  // From the next turn on; whoever is told may pause it again.
  socket.resume();
  known();
}
