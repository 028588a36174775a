/**
 * Takes viewers' TLS connections: reads what each one offers, chooses certificate and terms by it, and hands the connection
 * on, decrypted, to the doors that all requests come through.
 *
 *   connection ── first bytes ──▶ ClientHello ──▶ certificate, terms ──▶ handshake ──▶ the doors
 *        └─ none in time, or no TLS ──▶ closed                              └─ failed ──▶ closed
 *
 * Source: CloudFront Developer Guide, "Use HTTPS with CloudFront"; data of the choice: `deployment/viewer-security.ts`.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { CountedConnection, OpenConnections } from "../../base/open-connections.ts";
import type { CertificateSet } from "../../certificates/certificate-set.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { findDistribution } from "../deployment/find-distribution.ts";
import { readClientHello, type ClientHello } from "../tls/client-hello.ts";
import { ja3Of, ja4Of } from "../tls/fingerprints.ts";
import { SecureServers, type SecureTerms } from "../tls/secure-servers.ts";
import {
  connectionOf,
  ConnectionTls,
  noteConnection,
  type ViewerConnection,
} from "../tls/viewer-connection.ts";

export interface SecureDoorInput {
  /** Those that the node has now. */
  readonly certificates: () => CertificateSet;
  readonly deployment: () => Deployment;
  readonly connections: OpenConnections;
  /** Whether there is a place for a new connection. */
  readonly admits: (socket: Socket) => boolean;
  /** Learns whose a connection is where others say so in front of its bytes, then calls back; undefined where nobody does. */
  readonly identify?: ((socket: Socket, known: () => void) => void) | undefined;
  /** Goes on with a connection of which TLS is off, in the protocol that was agreed on: `alpnProtocol`. */
  readonly take: (socket: TLSSocket, counted: CountedConnection) => void;
  /** What those get who speak HTTP without TLS. */
  readonly refusal: (socket: Socket) => Buffer;
  /** Seals session tickets; 48 bytes, the same in all workers. */
  readonly ticketKeys: Buffer;
  /** From a connection's first byte to the end of its handshake, in milliseconds. */
  readonly handshakeTimeoutMs: number;
}

const tls12 = 0x0303;

/** A connection whose handshake is under way. */
interface Arrival {
  readonly viewer: ViewerConnection;
  readonly hello: ClientHello;
  readonly terms: SecureTerms;
  readonly isStandard: boolean;
  readonly counted: CountedConnection;
}

/** @returns a server that is not listening yet */
export function createSecureDoor(input: SecureDoorInput): Server {
  const { connections, handshakeTimeoutMs, identify = (_socket, known) => known() } = input;
  // A TLS socket doesn't say which socket it was made of, but whose it is.
  const arrivals = new Map<string, Arrival>();
  const servers = new SecureServers({
    ticketKeys: input.ticketKeys,
    handshakeTimeoutMs,
    onSecured: (socket) => take(socket),
    onFailed: (_error, socket) => socket.destroy(),
  });

  function accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (!input.admits(socket)) {
      socket.destroy();
      return;
    }
    const counted = connections.expect(socket);
    const late = setTimeout(() => socket.destroy(), handshakeTimeoutMs);
    socket.once("close", () => clearTimeout(late));
    identify(socket, () =>
      readFirstBytes(socket, (hello, bytes) => {
        clearTimeout(late);
        if (hello === undefined) refuse(socket, bytes);
        else secure(socket, hello, counted);
      }),
    );
  }

  function refuse(socket: Socket, bytes: Buffer): void {
    if (isHttp(bytes)) socket.end(input.refusal(socket), () => socket.destroySoon());
    else socket.destroy();
  }

  function secure(socket: Socket, hello: ClientHello, counted: CountedConnection): void {
    const certificates = input.certificates();
    const terms = termsOf(hello, certificates, input.deployment());
    const isStandard = certificates.isStandard(terms.certificate);
    const peer = peerOf(socket);
    arrivals.set(peer, { viewer: connectionOf(socket), hello, terms, isStandard, counted });
    socket.once("close", () => arrivals.delete(peer));
    servers.find(terms).emit("connection", socket);
  }

  function take(socket: TLSSocket): void {
    const arrival = arrivals.get(peerOf(socket));
    if (arrival === undefined) {
      socket.destroy();
      return;
    }
    arrivals.delete(peerOf(socket));
    const { viewer, hello, terms, isStandard, counted } = arrival;
    const tls = new ConnectionTls({
      version: socket.getProtocol() ?? "",
      cipher: socket.getCipher().standardName,
      handshake: socket.isSessionReused() ? "sessionResumed" : "fullHandshake",
      serverName: hello.serverName,
      certificate: terms.certificate,
      hasStandardCertificate: isStandard,
      ja3: ja3Of(hello),
      ja4: ja4Of(hello),
    });
    noteConnection(socket, { ...viewer, tls });
    input.take(socket, counted);
  }

  return createServer({ noDelay: true }, accept);
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/**
 * Reads until there is a whole ClientHello, or none can come, and puts all that was read back in front.
 *
 * @param told without a hello where the connection does not begin with one
 */
function readFirstBytes(
  socket: Socket,
  told: (hello: ClientHello | undefined, bytes: Buffer) => void,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const read = (more: Buffer): void => {
    bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
    const hello = readClientHello(bytes);
    if (hello === "incomplete") return;
    socket.off("data", read);
    if (hello === "other") {
      told(undefined, bytes);
      return;
    }
    socket.pause();
    socket.unshift(bytes);
    told(hello, bytes);
  };
  socket.on("data", read);
}

/** Whether it looks like the request line of somebody who took the port for one without TLS. */
function isHttp(bytes: Buffer): boolean {
  return /^[A-Z]{3,8} [/*h]/.test(bytes.toString("latin1", 0, 16));
}

/**
 * By the distribution that the handshake names: its certificate by the table of ids, else one for the name, else the
 * standard one; its security policy and protocols.
 */
function termsOf(
  { serverName, version }: ClientHello,
  certificates: CertificateSet,
  { hosts }: Deployment,
): SecureTerms {
  const name = serverName ?? "";
  const security = findDistribution(hosts, name)?.security;
  // HTTP/2 wants TLS 1.2, and CloudFront a name (RFC 9113 §9.2).
  const mayOffer = serverName !== undefined && version >= tls12;
  const byId = security?.certificateId && certificates.findById(security.certificateId);
  return {
    certificate: byId || (certificates.findByName(name) ?? certificates.standard),
    securityPolicy: security?.securityPolicy ?? "TLSv1",
    protocols: mayOffer && security?.offersHttp2 !== false ? ["h2", "http/1.1"] : ["http/1.1"],
  };
}
