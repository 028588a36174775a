/** What serving a viewer request is handed: everything that outlives the request. */
import type { Clock } from "../base/clock.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";
import { silentLogger, type Logger } from "../base/logger.ts";
import { randomText } from "../base/random-pool.ts";
import type { EdgeFunctions } from "../runtime/function-runtime.ts";
import type { Deployment } from "./deployment/deployment.ts";
import type { OriginSources } from "./deployment/origin-sources.ts";
import { Signature } from "./answer/own-headers.ts";
import type { VersionChoice } from "./function/version-for-viewer.ts";
import { createCache, type Cache } from "./caching/cache.ts";
import type { CachingEdge } from "./caching/cache-call.ts";
import type { HttpCaching } from "./caching/keeping.ts";
import type { CacheStore } from "../cache/store.ts";
import type { Mocks } from "./mock/mocks.ts";
import type { Origins } from "./origin/origin-call.ts";
import { createOrigins } from "./origin/origins.ts";
import type { FindCredentials } from "./origin/sign/origin-credentials.ts";
import { SignedAccess } from "./request/signed/signed-access.ts";
import { signerKeysOf, type SignerPems } from "./request/signed/signer-keys.ts";
import type { ConnectionListener } from "./record/connection-record.ts";
import { createFunctionLog } from "./record/function-log.ts";
import type { RefusedRequestListener } from "./record/refused-request.ts";
import type { VisitListener } from "./record/visit.ts";
import type { Places } from "./viewer-place.ts";

export interface Edge {
  /** What this process serves by. A request asks once and keeps what it got. */
  readonly deployment: () => Deployment;
  readonly runtime: EdgeFunctions;
  readonly origins: Origins;
  /** What stands for origins; undefined where nothing does. */
  readonly originSources: OriginSources | undefined;
  /** Absent where nothing is kept. */
  readonly cache: Cache | undefined;
  /** Where viewers are; absent where nothing tells. */
  readonly places: Places | undefined;
  readonly signedAccess: SignedAccess;
  /** How it chooses among versions of functions. */
  readonly versionChoice: VersionChoice;
  /** Whether it is noted when runs of functions began and ended. */
  readonly timesRuns: boolean;
  /** What is mocked of requests; absent where nothing can be. */
  readonly mocks: Mocks | undefined;
  readonly now: Clock;
  /** @returns a number from 0 on and less than 1, by which answers are picked for Server-Timing */
  readonly random: () => number;
  readonly logger: Logger;
  /** What the edge calls itself in Via, without the protocol version. */
  readonly viaName: string;
  /** Puts the edge's own headers on answers. */
  readonly signature: Signature;
  readonly onFetchedBehind: CachingEdge["onFetchedBehind"];
  /** Told of each visit that is over. */
  readonly listeners: readonly VisitListener[];
  /** Told of each request that a door has refused, which is no visit. */
  readonly refusedListeners: readonly RefusedRequestListener[];
  /** Told of each connection to a distribution that asks viewers for certificates, when it has come about or failed. */
  readonly connectionListeners: readonly ConnectionListener[];
  /** Ends the connections to origins. The runtime is its creator's to close. */
  readonly close: () => Promise<void>;
}

export interface EdgeOptions {
  readonly deployment: () => Deployment;
  readonly runtime: EdgeFunctions;
  readonly now: Clock;
  /** Math.random unless given. */
  readonly random?: () => number;
  readonly logger?: Logger;
  /** This edge location's name, X-Amz-Cf-Pop: an airport's code, a number and a place in it. */
  readonly pop?: string;
  /** Where responses are kept; nothing is kept without. Its creator's to close. */
  readonly cacheStore?: CacheStore | undefined;
  /** Whose rules of caching count where CloudFront's and RFC 9111's differ; CloudFront's unless given. */
  readonly httpCaching?: HttpCaching;
  /** Tells where viewers are. */
  readonly places?: Places | undefined;
  readonly mocks?: Mocks | undefined;
  /** How it chooses among versions of functions; as an edge of the group "default" without cookies unless given. */
  readonly versionChoice?: VersionChoice;
  /** Whether somebody wants to know when runs of functions began and ended; nobody unless given. */
  readonly timesRuns?: boolean;
  /** See CachingEdge. */
  readonly onFetchedBehind?: CachingEdge["onFetchedBehind"];
  /** Told of each visit too. */
  readonly listeners?: readonly VisitListener[];
  /** Told of each request that a door has refused. */
  readonly refusedListeners?: readonly RefusedRequestListener[];
  /** Told of each connection to a distribution that asks viewers for certificates. */
  readonly connectionListeners?: readonly ConnectionListener[];
  /** Certificates, in PEM, that origins' certificates may come from beside the well-known ones. */
  readonly originCertificateAuthorities?: readonly string[];
  /** The certificates that origins with origin mTLS are shown, by ARN; they are not asked without. */
  readonly findOriginCertificate?: (id: string) => ServerCertificate | undefined;
  /** Whether origins must be on the public internet, except what stands for them. */
  readonly refusesPrivateOrigins?: boolean;
  /** What stands for origins; each is asked itself without. */
  readonly originSources?: OriginSources | undefined;
  /** The key pairs of trusted signers: public keys in PEM by key pair id, by account number or "self". */
  readonly trustedSignerKeys?: SignerPems;
  /** What requests to origins with an origin access control are signed with; none is signed without. */
  readonly originCredentials?: FindCredentials;
}

export function createEdge(options: EdgeOptions): Edge {
  const { logger = silentLogger, pop = "FRA56-P4", cacheStore } = options;
  const viaName = `${randomText(32, "0123456789abcdef")}.cloudfront.net (CloudFront)`;
  const origins = createOrigins({
    certificateAuthorities: options.originCertificateAuthorities ?? [],
    refusesPrivate: options.refusesPrivateOrigins ?? false,
    findCertificate: options.findOriginCertificate,
    findCredentials: options.originCredentials ?? (() => undefined),
    now: options.now,
    logger,
  });
  return {
    deployment: options.deployment,
    runtime: options.runtime,
    origins,
    originSources: options.originSources,
    cache: cacheStore && createCache(cacheStore, options.httpCaching ?? "cloudfront"),
    places: options.places,
    signedAccess: new SignedAccess(signerKeysOf(options.trustedSignerKeys ?? {}), options.now),
    mocks: options.mocks,
    versionChoice: options.versionChoice ?? { group: "default", cookies: false },
    timesRuns: options.timesRuns ?? false,
    now: options.now,
    random: options.random ?? Math.random,
    logger,
    viaName,
    signature: new Signature({ pop, viaName }),
    onFetchedBehind: options.onFetchedBehind,
    listeners: [createFunctionLog(logger), ...(options.listeners ?? [])],
    refusedListeners: options.refusedListeners ?? [],
    connectionListeners: options.connectionListeners ?? [],
    close: () => origins.close(),
  };
}
