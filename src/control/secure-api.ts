/**
 * The API's connections where it takes https: TLS comes off them here, and what is left goes to the server of HTTP.
 *
 * The certificate is looked up for each connection, so one that was exchanged counts for the next.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import type { Clock } from "../base/clock.ts";
import type { OpenConnections } from "../base/open-connections.ts";
import type { CertificateSet } from "../certificates/certificate-set.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";

export interface SecureApiInput {
  /** Those that the node has now. */
  readonly certificates: () => CertificateSet;
  readonly connections: OpenConnections;
  /** Whether there is a place for a new connection. */
  readonly admits: (socket: Socket) => boolean;
  readonly now: Clock;
  /** Goes on with a connection of which TLS is off. */
  readonly take: (socket: TLSSocket) => void;
  /** @returns what those get who speak HTTP without TLS. @param bytes the first that came */
  readonly refusal: (bytes: Buffer) => Buffer;
  /** From a connection's beginning to the end of its handshake, in milliseconds. */
  readonly handshakeTimeoutMs: number;
}

/** Node shows one alone to who names it here: that which all can make use of. */
const isForAll = ({ keyKind }: ServerCertificate): boolean => keyKind !== "ec";

const handshakeRecord = 0x16;

/** @returns a server that is not listening yet */
export function createSecureApi(input: SecureApiInput): Server {
  const { certificates, connections, handshakeTimeoutMs } = input;
  const contexts = new WeakMap<ServerCertificate, SecureContext>();

  function contextOf(certificate: ServerCertificate): SecureContext {
    let context = contexts.get(certificate);
    if (context === undefined) {
      const { chain, privateKey } = certificate;
      context = createSecureContext({ cert: chain, key: privateKey, minVersion: "TLSv1.2" });
      contexts.set(certificate, context);
    }
    return context;
  }

  function accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (!input.admits(socket)) {
      socket.destroy();
      return;
    }
    const counted = connections.expect(socket);
    const late = setTimeout(() => socket.destroy(), handshakeTimeoutMs);
    socket.once("close", () => clearTimeout(late));
    socket.once("data", (bytes: Buffer) => {
      if (bytes[0] !== handshakeRecord) {
        socket.end(input.refusal(bytes), () => socket.destroySoon());
        return;
      }
      socket.pause();
      socket.unshift(bytes);
      const secured = secure(socket);
      secured.once("secure", () => {
        clearTimeout(late);
        counted.forget();
        input.take(secured);
      });
    });
  }

  function secure(socket: Socket): TLSSocket {
    const set = certificates();
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: contextOf(set.standard),
      SNICallback: (name, choose) => {
        const found = set.findByName(name.toLowerCase(), isForAll, input.now());
        choose(null, contextOf(found ?? set.standard));
      },
      ALPNProtocols: ["http/1.1"],
    });
    secured.on("error", () => secured.destroy());
    return secured;
  }

  return createServer({ noDelay: true }, accept);
}
