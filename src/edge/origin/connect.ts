/**
 * How connections to an origin are made: where it listens, by which family of addresses, and for
 * https which versions of TLS and whose certificate.
 *
 * Source: CloudFront Developer Guide, "Require HTTPS for communication between CloudFront and your
 * custom origin" and "Origin mutual TLS with CloudFront".
 */
import { lookup as systemLookup } from "node:dns";
import { connect as connectPlainly, isIP, type LookupFunction, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect as connectSecurely,
  createSecureContext,
  getCACertificates,
  type ConnectionOptions,
  type PeerCertificate,
  type SecureContext,
  type SecureVersion,
} from "node:tls";
import type { ServerCertificate } from "../../certificates/server-certificate.ts";
import { setDeadline } from "../../base/deadline.ts";
import { RecentMap } from "../../base/recent-map.ts";
import type { Place } from "../../http1/kept-connections.ts";
import {
  isLoopbackName,
  type OriginSettings,
  type SslProtocol,
} from "../deployment/origin-settings.ts";
import { isPublicAddress } from "./private-addresses.ts";
import { publicLookup, refusedOrigin } from "./public-lookup.ts";

/** Which origin, and how it is to be connected to. */
export interface OriginPlace {
  readonly origin: OriginSettings;
  readonly scheme: "http" | "https";
  /** What the origin is asked for in the TLS handshake; unused without TLS. */
  readonly serverName: string;
  /** What it is asked in; HTTP/1.1 unless said. */
  readonly protocol?: "h2";
  /** Told when a connection that is being made has its address. */
  readonly whenResolved?: () => void;
}

/** From the oldest on; nothing here speaks SSLv3 any more, so a list of it alone begins with what came next. */
const tlsVersions: readonly (readonly [SslProtocol, SecureVersion])[] = [
  ["SSLv3", "TLSv1"],
  ["TLSv1", "TLSv1"],
  ["TLSv1.1", "TLSv1.1"],
  ["TLSv1.2", "TLSv1.2"],
];

/** What TLS before 1.2 is made of is refused unless this is said. */
const ciphersOfOldVersions = "DEFAULT:@SECLEVEL=0";

/** No origin that keeps connections open closes them this soon, in milliseconds. */
const unrepeatableIdleMax = 1000;

/** Each holds all authorities' certificates, some hundred KB. */
const contextsMax = 50;

/** TLS sessions that are kept to be resumed, by place. */
const sessionsMax = 200;

export interface PlacesOptions {
  /** In PEM, trusted beside the well-known ones. */
  readonly certificateAuthorities: readonly string[];
  /** Whether origins must be on the public internet; what the operator put for one may be anywhere. */
  readonly refusesPrivate: boolean;
  /** The certificates that the edge shows origins, by ARN; none is known without. */
  readonly findCertificate?: ((id: string) => ServerCertificate | undefined) | undefined;
  /** The system's unless given. */
  readonly lookup?: LookupFunction;
}

export class OriginPlaces {
  readonly #options: PlacesOptions;
  readonly #lookup: LookupFunction;
  readonly #publicLookup: LookupFunction;
  /** By the oldest version of TLS, and the certificate that is shown. */
  readonly #contexts = new RecentMap<string, SecureContext>(contextsMax);
  readonly #sessions = new RecentMap<string, Buffer>(sessionsMax);
  /** By settings, which are the same object as long as the configuration is. */
  readonly #keys = new WeakMap<OriginSettings, string>();

  constructor(options: PlacesOptions) {
    this.#options = options;
    this.#lookup = options.lookup ?? systemLookup;
    this.#publicLookup = publicLookup(this.#lookup);
  }

  /**
   * Origins that listen at the same place and are connected to in the same way share connections,
   * across behaviors, distributions and versions of their configuration. Requests that can't be
   * sent again have connections of their own, which are not kept for long.
   */
  find(place: OriginPlace, repeatable: boolean): Place {
    const { keepAliveTimeoutMs } = place.origin;
    const shown = this.#shownTo(place);
    const known = this.#keyOf(place);
    const key = shown === undefined ? known : `${known} ${fingerprintOf(shown)}`;
    return {
      key: repeatable ? key : `${key} once`,
      idleMaxMs: repeatable
        ? keepAliveTimeoutMs
        : Math.min(keepAliveTimeoutMs, unrepeatableIdleMax),
      connect: (done) =>
        shown === "unknown"
          ? failSoon(noCertificate(place), done)
          : this.#connect(place, { key, shown }, done),
    };
  }

  /** The certificate that the origin is to be shown; "unknown" where there is no such one. */
  #shownTo({ origin, scheme }: OriginPlace): ServerCertificate | "unknown" | undefined {
    const id = origin.clientCertificateId;
    if (id === undefined || scheme === "http") return undefined;
    return this.#options.findCertificate?.(id) ?? "unknown";
  }

  #keyOf({ origin, scheme, serverName, protocol }: OriginPlace): string {
    let key = this.#keys.get(origin);
    if (key === undefined) {
      const { httpPort, httpsPort, addressFamily, sslProtocols } = origin;
      const { connectionTimeoutMs, keepAliveTimeoutMs, certificateNames } = origin;
      const where = [origin.domainName, hostOf(origin), httpPort, httpsPort, addressFamily];
      const how = [connectionTimeoutMs, keepAliveTimeoutMs, sslProtocols, certificateNames];
      key = JSON.stringify([...where, ...how]);
      this.#keys.set(origin, key);
    }
    const keyOfProtocol = protocol === undefined ? key : `${key} ${protocol}`;
    return scheme === "http" ? keyOfProtocol : `${keyOfProtocol} ${serverName}`;
  }

  #connect(place: OriginPlace, way: Way, done: Parameters<Place["connect"]>[0]): { abort(): void } {
    const { origin, scheme } = place;
    const host = hostOf(origin);
    const isGuarded = this.#options.refusesPrivate && origin.source === undefined;
    // An address is looked up by nobody.
    if (isGuarded && isIP(host) !== 0 && !isPublicAddress(host)) {
      return failSoon(refusedOrigin(`The origin is at ${host}`), done);
    }
    const address = {
      host,
      lookup: isGuarded ? this.#publicLookup : this.#lookup,
      port: scheme === "http" ? origin.httpPort : origin.httpsPort,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      ...(origin.addressFamily === 0 ? {} : { family: origin.addressFamily }),
    };
    const socket =
      scheme === "http"
        ? connectPlainly(address)
        : connectSecurely({ ...address, ...this.#tlsOptions(place, way) });
    if (place.whenResolved !== undefined) socket.once("lookup", place.whenResolved);
    if (scheme === "https") {
      socket.on("session", (session: Buffer) => this.#sessions.set(way.key, session));
    }
    return whenConnected(socket, scheme === "http" ? "connect" : "secureConnect", {
      timeoutMs: origin.connectionTimeoutMs,
      done,
    });
  }

  #tlsOptions(
    { origin, serverName, protocol }: OriginPlace,
    { key, shown }: Way,
  ): ConnectionOptions {
    const { domainName, certificateNames, sslProtocols } = origin;
    const session = this.#sessions.get(key);
    return {
      servername: serverName,
      secureContext: this.#contextFor(sslProtocols, shown),
      ALPNProtocols: [protocol ?? "http/1.1"],
      ...(session === undefined ? {} : { session }),
      checkServerIdentity: (_: string, certificate: PeerCertificate) =>
        checkNames([domainName, serverName, ...(certificateNames ?? [])], certificate),
    };
  }

  /** The oldest version of a list is the least that is spoken; all newer ones are spoken too. */
  #contextFor(
    sslProtocols: readonly SslProtocol[],
    shown: ServerCertificate | undefined,
  ): SecureContext {
    const oldest = tlsVersions.find(([name]) => sslProtocols.includes(name));
    const minVersion = oldest?.[1] ?? "TLSv1.2";
    const key = shown === undefined ? minVersion : `${minVersion} ${shown.fingerprint}`;
    let context = this.#contexts.get(key);
    if (context === undefined) {
      const { certificateAuthorities } = this.#options;
      context = createSecureContext({
        minVersion,
        ...(shown && { cert: shown.chain, key: shown.privateKey }),
        ...(minVersion === "TLSv1.2" ? {} : { ciphers: ciphersOfOldVersions }),
        ...(certificateAuthorities.length > 0 && {
          ca: [...getCACertificates("default"), ...certificateAuthorities],
        }),
      });
      this.#contexts.set(key, context);
    }
    return context;
  }
}

/** What connections to one place have in common. */
interface Way {
  readonly key: string;
  readonly shown: ServerCertificate | undefined;
}

function fingerprintOf(shown: ServerCertificate | "unknown"): string {
  return shown === "unknown" ? shown : shown.fingerprint;
}

function noCertificate({ origin: { id, clientCertificateId } }: OriginPlace): Error {
  return new Error(
    `The origin ${id} is to be shown the certificate ${clientCertificateId}, and certificates.json has no such one`,
  );
}

/** Tells of a failure as one that the network has is told of. */
function failSoon(error: Error, done: Parameters<Place["connect"]>[0]): { abort(): void } {
  const immediate = setImmediate(() => done(error, undefined));
  return { abort: () => clearImmediate(immediate) };
}

/** A name or an address to connect to. */
function hostOf({ domainName, source }: OriginSettings): string {
  if (source?.kind === "server") return source.hostname;
  return isLoopbackName(domainName) ? "localhost" : domainName;
}

/** Waits for a socket that is connecting, and tells once. */
function whenConnected(
  socket: Socket,
  event: "connect" | "secureConnect",
  { timeoutMs, done }: { timeoutMs: number; done: Parameters<Place["connect"]>[0] },
): { abort(): void } {
  const stopWaiting = setDeadline(() => {
    const error = new Error(`No connection came about within ${timeoutMs} ms`);
    socket.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  }, timeoutMs);
  const fail = (error: Error): void => finish(error, undefined);
  const closed = (): void => finish(new Error("The connection was closed"), undefined);
  const connected = (): void => finish(undefined, socket);
  function finish(error: Error | undefined, made: Socket | undefined): void {
    stopWaiting();
    socket.off(event, connected);
    socket.off("error", fail);
    socket.off("close", closed);
    if (made === undefined) socket.on("error", () => {});
    done(error, made);
  }
  socket.once(event, connected);
  socket.once("error", fail);
  socket.once("close", closed);
  return { abort: () => void socket.destroy() };
}

/** The certificate may be for the origin's domain name or for the Host that it is asked for. */
function checkNames(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  const errors = names
    .filter((name) => name !== "")
    .map((name) => checkServerIdentity(name, certificate));
  return errors.includes(undefined) ? undefined : errors[0];
}
