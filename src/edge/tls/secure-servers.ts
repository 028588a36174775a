/**
 * Servers that speak TLS and listen nowhere: one for each certificate and kind of terms, made when it is first needed.
 * OpenSSL takes versions and suites from what a connection was begun with, so the choice is made before TLS begins, by what
 * the ClientHello says.
 */
import { constants, createHash } from "node:crypto";
import { createServer, type Server, type TlsOptions, type TLSSocket } from "node:tls";
import { RecentMap } from "../../base/recent-map.ts";
import type { ServerCertificate } from "../../certificates/server-certificate.ts";
import { keyGroups, securityPolicy } from "./security-policy.ts";

/** What a viewer is asked to show. */
export interface AskedTerms {
  /** Says for whom, and by which authorities it is judged. */
  readonly key: string;
  /** Certificates, in PEM, that tell the authorities' names. OpenSSL trusts none. */
  readonly names: readonly string[];
}

/** What a connection is offered. */
export interface SecureTerms {
  readonly certificate: ServerCertificate;
  /** `MinimumProtocolVersion`. */
  readonly securityPolicy: string;
  /** ALPN's protocols, the preferred one first. */
  readonly protocols: readonly string[];
  /** Undefined where viewers need no certificates. */
  readonly asked?: AskedTerms | undefined;
}

export interface SecureServersOptions {
  /** Seals session tickets: the same 48 bytes in all workers, so that each takes up what another began. */
  readonly ticketKeys: Buffer;
  readonly handshakeTimeoutMs: number;
  readonly onSecured: (socket: TLSSocket) => void;
  /** A handshake failed, or the viewer left during it. */
  readonly onFailed: (error: Error, socket: TLSSocket) => void;
}

/** Each holds some 50 KB. */
const serversMax = 1000;

export class SecureServers {
  readonly #servers = new RecentMap<string, Server>(serversMax);
  readonly #options: SecureServersOptions;

  constructor(options: SecureServersOptions) {
    this.#options = options;
  }

  /** @returns a server that takes connections by its event "connection" */
  find(terms: SecureTerms): Server {
    const { certificate, securityPolicy: policy, protocols, asked } = terms;
    const offered = `${certificate.fingerprint} ${policy} ${protocols.join(",")}`;
    const key = asked === undefined ? offered : `${offered} ${asked.key} ${asked.names.length}`;
    let server = this.#servers.get(key);
    if (server === undefined) {
      server = this.#make(terms, key);
      this.#servers.set(key, server);
    }
    return server;
  }

  #make(
    { certificate, securityPolicy: policy, protocols, asked }: SecureTerms,
    key: string,
  ): Server {
    const { ticketKeys, handshakeTimeoutMs, onSecured, onFailed } = this.#options;
    const server = createServer({
      cert: certificate.chain,
      key: certificate.privateKey,
      ...securityPolicy(policy),
      ecdhCurve: keyGroups,
      honorCipherOrder: true,
      ALPNProtocols: [...protocols],
      ...(asked === undefined ? { ticketKeys } : asking(asked)),
      // What was agreed on under other terms is not taken up under these.
      sessionIdContext: createHash("sha256").update(key).digest("hex").slice(0, 32),
      handshakeTimeout: handshakeTimeoutMs,
    });
    server.on("secureConnection", onSecured);
    server.on("tlsClientError", onFailed);
    return server;
  }
}

/**
 * Each connection shows its certificate in a handshake of its own, and in one only: no session is resumed, and none negotiated
 * anew. What is shown is judged by others, who hear of it all.
 */
function asking({ names }: AskedTerms): TlsOptions {
  return {
    requestCert: true,
    rejectUnauthorized: false,
    ca: [...names],
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
