/**
 * Takes viewers' TLS connections: reads what each one offers, chooses certificate and terms by it, and hands the connection
 * on, decrypted, to the doors that all requests come through.
 *
 * An authority that looks for a certificate of its own kind is shown it, and nothing else: `tls/challenge-terms.ts`.
 *
 *   connection ── its turn ──▶ first bytes ──▶ ClientHello ──▶ certificate, terms ──▶ handshake ──▶ the doors
 *                                └─ none in time, or no TLS ──▶ closed                   └─ failed ──▶ closed
 *
 * When its turn is, where others from its address did harm: `debts/handshake-waits.ts`.
 *
 * Source: CloudFront Developer Guide, "Use HTTPS with CloudFront"; data of the choice: `deployment/viewer-security.ts`.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import type { CountedConnection, OpenConnections } from "../../base/open-connections.ts";
import type { Soon } from "../../base/soon.ts";
import { SpreadOverTurns } from "../../base/spread-over-turns.ts";
import type { CertificateSet } from "../../certificates/certificate-set.ts";
import type { ServerCertificate } from "../../certificates/server-certificate.ts";
import type { Admission, ConnectedViewer } from "../admit-connection.ts";
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { findDistribution } from "../deployment/find-distribution.ts";
import { challengeProtocol, challengeTerms } from "../tls/challenge-terms.ts";
import { readClientHello, type ClientHello } from "../tls/client-hello.ts";
import { fitsViewer } from "../tls/fits-viewer.ts";
import { FingerprintsOf } from "../tls/fingerprints.ts";
import { SecureServers, type SecureTerms } from "../tls/secure-servers.ts";
import {
  connectionOf,
  ConnectionTls,
  noteConnection,
  type ViewerConnection,
} from "../tls/viewer-connection.ts";
import type { ConnectionFault, ConnectionListener } from "../record/connection-record.ts";
import type { ShownCertificates } from "../viewer-request.ts";
import type { Conduct } from "./debts/conduct.ts";
import type { HandshakeWaits } from "./debts/handshake-waits.ts";
import {
  askedCertificates,
  askedTerms,
  judgeCertificates,
  type AskedCertificates,
} from "./ask-certificates.ts";
import { newRequestId } from "./request-id.ts";

export interface SecureDoorInput {
  /** Those that the node has now. */
  readonly certificates: () => CertificateSet;
  readonly deployment: () => Deployment;
  readonly connections: OpenConnections;
  /** Whether there is a place for a new connection. */
  readonly admits: (socket: Socket) => boolean;
  /** Learns whose a connection is where others say so in front of its bytes, then calls back; undefined where nobody does. */
  readonly identify?: ((socket: Socket, known: () => void) => void) | undefined;
  readonly waits: HandshakeWaits;
  /** Goes on with a connection of which TLS is off, in the protocol that was agreed on: `alpnProtocol`. */
  readonly take: (socket: TLSSocket, counted: CountedConnection, conduct: Conduct) => void;
  /** What those get who speak HTTP without TLS. */
  readonly refusal: (socket: Socket) => Buffer;
  /** Seals session tickets; 48 bytes, the same in all workers. */
  readonly ticketKeys: Buffer;
  /** From a connection's first byte to the end of its handshake, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  readonly now: Clock;
  /** Has the last word on a viewer whose certificate was judged. */
  readonly admit: (
    connected: ConnectedViewer,
    distribution: DeployedDistribution,
    deployment: Deployment,
  ) => Soon<Admission>;
  /** Told of each connection to a distribution that asks for certificates. */
  readonly connectionListeners: readonly ConnectionListener[];
}

const tls12 = 0x0303;
/** Each takes some 0.5 ms, and viewers who are connected wait for no more of them than these. */
const handshakesInTurn = 2;
/** Of connections whose handshake is over, likewise, with what their viewers have asked by then. */
const beginsInTurn = 2;

/** A connection whose handshake is under way. */
interface Arrival {
  readonly viewer: ViewerConnection;
  readonly hello: ClientHello;
  readonly terms: SecureTerms;
  readonly isStandard: boolean;
  readonly counted: CountedConnection;
  readonly conduct: Conduct;
  readonly startedAt: number;
  /** Undefined where no certificates are asked for. */
  readonly asked: AskedCertificates | undefined;
  /** What the connection's record and its function know it by. */
  readonly id: string;
  handshakeMs: number | undefined;
  /** What ended the handshake. */
  fault: "TcpError" | "TcpTimeout";
}

/** How a connection's beginning ended. */
interface Ending {
  /** Undefined where the viewer is let in. */
  readonly fault?: ConnectionFault | undefined;
  readonly shown?: ShownCertificates;
  readonly logData?: string;
  readonly run?: Admission["run"];
}

/** @returns a server that is not listening yet */
export function createSecureDoor(input: SecureDoorInput): Server {
  const { connections, handshakeTimeoutMs, identify = (_socket, known) => known() } = input;
  // A TLS socket doesn't say which socket it was made of, but whose it is.
  const arrivals = new Map<string, Arrival>();
  const handshakes = new SpreadOverTurns(handshakesInTurn);
  const begins = new SpreadOverTurns(beginsInTurn);
  const servers = new SecureServers({
    ticketKeys: input.ticketKeys,
    handshakeTimeoutMs,
    onSecured: (socket) => {
      // Until a door has it, nobody else hears of its errors.
      socket.on("error", () => socket.destroy());
      begins.run(() => take(socket));
    },
    onFailed: (error, socket) => fail(error, socket),
  });

  function accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (!input.admits(socket)) {
      socket.destroy();
      return;
    }
    const counted = connections.expect(socket);
    const inTime = endAfter(handshakeTimeoutMs, socket);
    identify(socket, () => {
      inTime();
      const { address } = connectionOf(socket);
      input.waits.arrive(socket, address, (conduct) => begin(socket, counted, conduct));
    });
  }

  function begin(socket: Socket, counted: CountedConnection, conduct: Conduct): void {
    const inTime = endAfter(handshakeTimeoutMs, socket);
    readFirstBytes(socket, (hello, bytes) => {
      inTime();
      if (hello === undefined) refuse(socket, bytes);
      else {
        handshakes.run(() =>
          input.waits.goOn(socket, conduct, () => secure(socket, hello, counted, conduct)),
        );
      }
    });
  }

  function refuse(socket: Socket, bytes: Buffer): void {
    if (isHttp(bytes)) socket.end(input.refusal(socket), () => socket.destroySoon());
    else socket.destroy();
  }

  function secure(
    socket: Socket,
    hello: ClientHello,
    counted: CountedConnection,
    conduct: Conduct,
  ): void {
    if (socket.destroyed) return;
    const certificates = input.certificates();
    const deployment = input.deployment();
    const proof = challengeTerms(hello, deployment.state.acmeChallenges);
    const distribution = findDistribution(deployment.hosts, hello.serverName ?? "");
    const asked = proof === undefined ? askedCertificates(distribution, deployment) : undefined;
    const terms = proof ?? termsOf(hello, certificates, distribution, asked, input.now());
    const isStandard = certificates.isStandard(terms.certificate);
    const peer = peerOf(socket);
    const viewer = connectionOf(socket);
    const startedAt = input.now().getTime();
    const arrival: Arrival = {
      ...{ hello, terms, isStandard, counted, conduct, viewer, startedAt, asked },
      id: newRequestId(),
      handshakeMs: undefined,
      fault: "TcpError",
    };
    arrivals.set(peer, arrival);
    socket.once("close", () => {
      if (arrivals.delete(peer)) note(arrival, { fault: arrival.fault });
    });
    servers.find(terms).emit("connection", socket);
  }

  function fail(error: Error, socket: TLSSocket): void {
    const arrival = arrivals.get(peerOf(socket));
    const { code } = error as NodeJS.ErrnoException;
    if (arrival !== undefined && code === "ERR_TLS_HANDSHAKE_TIMEOUT") arrival.fault = "TcpTimeout";
    socket.destroy();
  }

  function note(
    { id, hello, asked, viewer: { address, port }, startedAt, handshakeMs }: Arrival,
    { fault, shown, logData = "", run }: Ending,
    socket?: TLSSocket,
  ): void {
    if (asked === undefined) return;
    const record = {
      ...{ id, startedAt, handshakeMs, address, port, logData, run },
      distributionId: asked.distribution.id,
      tenantId: asked.distribution.tenant?.id,
      serverName: hello.serverName,
      version: socket?.getProtocol() ?? "",
      cipher: socket?.getCipher()?.standardName ?? "",
      certificate: shown?.own,
      outcome: fault === undefined ? ("Success" as const) : (`Failed:${fault}` as const),
    };
    for (const listener of input.connectionListeners) listener(record);
  }

  function take(socket: TLSSocket): void {
    const arrival = arrivals.get(peerOf(socket));
    if (arrival === undefined) {
      socket.destroy();
      return;
    }
    arrivals.delete(peerOf(socket));
    arrival.handshakeMs = Math.max(0, input.now().getTime() - arrival.startedAt);
    if (socket.alpnProtocol === challengeProtocol) {
      // The handshake is all that an authority asks for.
      arrival.conduct.ask();
      socket.end();
      return;
    }
    const { asked } = arrival;
    if (asked === undefined) {
      goOn(socket, arrival);
      return;
    }
    const end = (ending: Ending): void => {
      note(arrival, ending, socket);
      if (ending.fault !== undefined || socket.destroyed) socket.destroy();
      else goOn(socket, arrival, ending.shown);
    };
    const verdict = judgeCertificates(socket, asked, input.now());
    if ("fault" in verdict) {
      end(verdict);
      return;
    }
    const { shown } = verdict;
    const { id, hello, viewer } = arrival;
    const { distribution, deployment } = asked;
    const connected = {
      certificate: shown.own,
      clientIp: viewer.address,
      endpoint: hello.serverName ?? "",
      distributionId: distribution.id,
      connectionId: id,
      get isOver() {
        return socket.destroyed;
      },
    };
    let admission: Soon<Admission>;
    try {
      admission = input.admit(connected, distribution, deployment);
    } catch {
      admission = { fault: "ConnectionFunctionError", logData: "", run: undefined };
    }
    if (!(admission instanceof Promise)) {
      end({ ...admission, shown });
      return;
    }
    admission.then(
      (known) => end({ ...known, shown }),
      () => end({ fault: "ConnectionFunctionError", shown }),
    );
  }

  function goOn(socket: TLSSocket, arrival: Arrival, shown?: ShownCertificates): void {
    const { hello, terms, isStandard, counted, conduct, viewer } = arrival;
    const first = {
      version: socket.getProtocol() ?? "",
      cipher: socket.getCipher().standardName,
      handshake: socket.isSessionReused()
        ? ("sessionResumed" as const)
        : ("fullHandshake" as const),
      serverName: hello.serverName,
      certificate: terms.certificate,
      hasStandardCertificate: isStandard,
      fingerprints: new FingerprintsOf(hello),
      shown,
      connectionId: arrival.asked && arrival.id,
    };
    noteConnection(socket, { ...viewer, tls: new ConnectionTls(first, conduct.ask) });
    input.take(socket, counted, conduct);
  }

  // What waits is left unread from its beginning.
  return createServer({ noDelay: true, pauseOnConnect: true }, accept);
}

/** Ends a connection, unless it is in time. @returns to be called when it is */
function endAfter(timeoutMs: number, socket: Socket): () => void {
  const late = setTimeout(() => socket.destroy(), timeoutMs);
  const inTime = (): void => {
    clearTimeout(late);
    socket.off("close", inTime);
  };
  socket.once("close", inTime);
  return inTime;
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
  socket.resume();
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
  hello: ClientHello,
  certificates: CertificateSet,
  distribution: DeployedDistribution | undefined,
  asked: AskedCertificates | undefined,
  now: Date,
): SecureTerms {
  const { serverName, version } = hello;
  const security = distribution?.security;
  // HTTP/2 wants TLS 1.2, and CloudFront a name (RFC 9113 §9.2).
  const mayOffer = serverName !== undefined && version >= tls12;
  const byId = security?.certificateId && certificates.findById(security.certificateId);
  const policy = security?.securityPolicy ?? "TLSv1";
  const fits = ({ keyKind }: ServerCertificate) => fitsViewer(keyKind, hello, policy);
  const byName = certificates.findByName(serverName ?? "", fits, now);
  return {
    certificate: byId || (byName ?? certificates.standard),
    securityPolicy: policy,
    protocols: mayOffer && security?.offersHttp2 !== false ? ["h2", "http/1.1"] : ["http/1.1"],
    asked: asked && askedTerms(asked),
  };
}
