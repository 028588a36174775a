/**
 * How a NATS server is reached: as the client does it by itself, but for connections that are given up before the server has
 * said who it is. The client leaves those open, so that each try would leave a socket behind for as long as something takes
 * connections and says nothing, and a command that has failed would not end.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  NatsConnectionImpl,
  setTransportFactory,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import { nodeResolveHost, NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

class Transport extends NodeTransport {
  /** Noted at once: it may be given up before it is there. */
  override async dial(to: { hostname: string; port: number }): Promise<Socket> {
    const socket = connect({ host: to.hostname, port: to.port, noDelay: true });
    this.socket = socket;
    await once(socket, "connect");
    return socket;
  }

  override async close(reason?: Error): Promise<void> {
    await super.close(reason);
    if (!this.connected) this.discard();
  }
}

/** As the client's own `connect`. */
export function connectByTransport(options: NodeConnectionOptions): Promise<NatsConnection> {
  setTransportFactory({ factory: () => new Transport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}
