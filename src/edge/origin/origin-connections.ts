/**
 * The connections to origins, kept open between requests.
 *
 * Origins that listen at the same place and are connected to in the same way share a pool, across
 * behaviors, distributions and versions of their configuration.
 */
import { checkServerIdentity, rootCertificates, type PeerCertificate } from "node:tls";
import { Pool } from "undici";
import { isLoopbackName, type OriginSettings, type SslProtocol } from "./origin-settings.ts";

export interface OriginConnections {
  /** @param serverName what the origin is asked for in the TLS handshake; unused without TLS */
  poolFor(origin: OriginSettings, scheme: "http" | "https", serverName: string): Pool;
  close(): Promise<void>;
}

/** Functions may name origins freely, so how many are remembered is bounded. */
const poolsMax = 1000;
/** CloudFront's limit on the head of an origin's response, in bytes. */
const responseHeadMax = 32_768;

const tlsVersions = {
  SSLv3: "TLSv1",
  TLSv1: "TLSv1",
  "TLSv1.1": "TLSv1.1",
  "TLSv1.2": "TLSv1.2",
} as const;
const tlsOrder: readonly SslProtocol[] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"];

/** @param certificateAuthorities in PEM, trusted beside the well-known ones */
export function createOriginConnections(
  certificateAuthorities: readonly string[],
): OriginConnections {
  const pools = new Map<string, Pool>();
  const authorities =
    certificateAuthorities.length === 0 ? [] : [...rootCertificates, ...certificateAuthorities];
  return {
    poolFor(origin, scheme, serverName) {
      const key = poolKey(origin, scheme, serverName);
      const found = pools.get(key);
      if (found !== undefined) return found;
      if (pools.size >= poolsMax) forgetOldest(pools);
      const pool = openPool(origin, scheme, serverName, authorities);
      pools.set(key, pool);
      return pool;
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}

const plainKeys = new WeakMap<OriginSettings, string>();

function poolKey(origin: OriginSettings, scheme: "http" | "https", serverName: string): string {
  let key = plainKeys.get(origin);
  if (key === undefined) {
    const { domainName, httpPort, httpsPort, addressFamily, sslProtocols } = origin;
    const { connectionTimeoutMs, keepAliveTimeoutMs, certificateNames } = origin;
    const place = [domainName, httpPort, httpsPort, addressFamily];
    const manner = [connectionTimeoutMs, keepAliveTimeoutMs, sslProtocols, certificateNames];
    key = JSON.stringify([...place, ...manner]);
    plainKeys.set(origin, key);
  }
  return scheme === "http" ? key : `${key} ${serverName}`;
}

/** The requests that it still has come to their end; a new one opens the pool again. */
function forgetOldest(pools: Map<string, Pool>): void {
  const [oldest] = pools;
  if (oldest === undefined) return;
  const [key, pool] = oldest;
  pools.delete(key);
  void pool.close();
}

function openPool(
  origin: OriginSettings,
  scheme: "http" | "https",
  serverName: string,
  authorities: readonly string[],
): Pool {
  const { domainName, addressFamily, certificateNames } = origin;
  const host = isLoopbackName(domainName) ? "localhost" : domainName;
  const port = scheme === "http" ? origin.httpPort : origin.httpsPort;
  const versions = tlsOrder.filter((version) => origin.sslProtocols.includes(version));
  return new Pool(`${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`, {
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: responseHeadMax,
    keepAliveTimeout: origin.keepAliveTimeoutMs,
    keepAliveMaxTimeout: origin.keepAliveTimeoutMs,
    connect: {
      timeout: origin.connectionTimeoutMs,
      ...(addressFamily === 0 ? {} : { family: addressFamily }),
      ...(scheme === "http"
        ? {}
        : {
            servername: serverName,
            minVersion: tlsVersions[versions[0] ?? "TLSv1.2"],
            ...(authorities.length === 0 ? {} : { ca: [...authorities] }),
            checkServerIdentity: (_: string, certificate: PeerCertificate) =>
              checkNames([domainName, serverName, ...(certificateNames ?? [])], certificate),
          }),
    },
  });
}

/** The certificate may be for the origin's domain name or for the Host that it is asked for. */
function checkNames(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  const errors = names
    .filter((name) => name !== "")
    .map((name) => checkServerIdentity(name, certificate));
  return errors.includes(undefined) ? undefined : errors[0];
}
