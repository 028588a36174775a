/**
 * The connections to origins, kept open between requests.
 *
 * Origins that listen at the same place and are connected to in the same way share a pool, across
 * behaviors, distributions and versions of their configuration.
 *
 * An origin may close a connection at the moment that a request is on its way to it. A request that
 * can be sent again then is; for one that can't be, there are connections of its own, which are not
 * kept long enough for that to happen.
 */
import { checkServerIdentity, rootCertificates, type PeerCertificate } from "node:tls";
import { buildConnector, Client, Pool } from "undici";
import {
  isLoopbackName,
  type OriginSettings,
  type SslProtocol,
} from "../deployment/origin-settings.ts";
import { takeStrayContinue } from "./stray-continue.ts";

/** Which origin, and how it is to be connected to. */
export interface OriginPlace {
  readonly origin: OriginSettings;
  readonly scheme: "http" | "https";
  /** What the origin is asked for in the TLS handshake; unused without TLS. */
  readonly serverName: string;
}

export interface OriginConnections {
  /** @param repeatable whether the request could be sent again, should the connection prove closed */
  poolFor(place: OriginPlace, repeatable: boolean): Pool;
  /** A connection that nobody has used: for one request, with which it ends. */
  openFresh(place: OriginPlace): Client;
  /** Whether a connection has just come about, so that a request that starts now is its first. */
  readonly isOpening: boolean;
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

/** No origin that keeps connections open closes them this soon, in milliseconds. */
const unrepeatableIdleMax = 1000;

/** @param certificateAuthorities in PEM, trusted beside the well-known ones */
export function createOriginConnections(
  certificateAuthorities: readonly string[],
): OriginConnections {
  const pools = new Map<string, Pool>();
  const fresh = new Set<Client>();
  const authorities =
    certificateAuthorities.length === 0 ? [] : [...rootCertificates, ...certificateAuthorities];
  let isOpening = false;

  const optionsFor = (place: OriginPlace, keepAliveTimeout: number) => {
    const connect = connectorFor(place, authorities);
    const begin: buildConnector.connector = (options, callback) =>
      connect(options, (...result) => {
        isOpening = true;
        callback(...result);
        isOpening = false;
        if (result[0] === null) takeStrayContinue(result[1]);
      });
    return {
      pipelining: 1,
      allowH2: false,
      useMilo: false,
      maxHeaderSize: responseHeadMax,
      keepAliveTimeout,
      keepAliveMaxTimeout: keepAliveTimeout,
      connect: begin,
    };
  };

  return {
    poolFor(place, repeatable) {
      const key = repeatable ? poolKey(place) : `${poolKey(place)} once`;
      const found = pools.get(key);
      if (found !== undefined) return found;
      if (pools.size >= poolsMax) forgetOldest(pools);
      const { keepAliveTimeoutMs } = place.origin;
      const idleMs = repeatable
        ? keepAliveTimeoutMs
        : Math.min(keepAliveTimeoutMs, unrepeatableIdleMax);
      const pool = new Pool(addressOf(place), optionsFor(place, idleMs));
      pools.set(key, pool);
      return pool;
    },
    openFresh(place) {
      const client = new Client(addressOf(place), optionsFor(place, 1));
      fresh.add(client);
      client.once("disconnect", () => fresh.delete(client));
      client.once("connectionError", () => fresh.delete(client));
      return client;
    },
    get isOpening() {
      return isOpening;
    },
    async close() {
      const open = [...pools.values(), ...fresh];
      pools.clear();
      fresh.clear();
      await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

const plainKeys = new WeakMap<OriginSettings, string>();

function poolKey({ origin, scheme, serverName }: OriginPlace): string {
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

function addressOf({ origin, scheme }: OriginPlace): string {
  const host = isLoopbackName(origin.domainName) ? "localhost" : origin.domainName;
  const port = scheme === "http" ? origin.httpPort : origin.httpsPort;
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function connectorFor(
  { origin, scheme, serverName }: OriginPlace,
  authorities: readonly string[],
): buildConnector.connector {
  const { domainName, addressFamily, certificateNames } = origin;
  const versions = tlsOrder.filter((version) => origin.sslProtocols.includes(version));
  return buildConnector({
    allowH2: false,
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
  });
}

/** The certificate may be for the origin's domain name or for the Host that it is asked for. */
function checkNames(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  const errors = names
    .filter((name) => name !== "")
    .map((name) => checkServerIdentity(name, certificate));
  return errors.includes(undefined) ? undefined : errors[0];
}
