/**
 * An origin as requests use it: where it listens, how long to wait for it, what to send along.
 *
 * Source: CloudFront Developer Guide, "Origin settings".
 */
import { headerRules } from "../../model/header-rules.ts";
import type { Distribution } from "../../model/distribution.ts";
import {
  accessByControl,
  accessByIdentity,
  bucketProtocol,
  type OriginAccess,
} from "./origin-access.ts";
import { noOriginResources, type OriginResources } from "./origin-resources.ts";
import type { OriginSource } from "./origin-sources.ts";

type OriginConfig = NonNullable<NonNullable<Distribution["config"]["Origins"]>["Items"]>[number];

export type SslProtocol = "SSLv3" | "TLSv1" | "TLSv1.1" | "TLSv1.2";

export interface OriginSettings {
  readonly id: string;
  readonly kind: "custom" | "s3" | "vpc";
  readonly domainName: string;
  /** What stands for its server; undefined where that is asked itself. */
  readonly source?: OriginSource;
  /** Put before each request's path: begins with "/" and does not end with one, or is empty. */
  readonly path: string;
  readonly protocol: "http-only" | "https-only" | "match-viewer";
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly sslProtocols: readonly SslProtocol[];
  /** 0 takes whichever address family answers. */
  readonly addressFamily: 0 | 4 | 6;
  /** Names and values in turn. */
  readonly customHeaders: readonly string[];
  /** Their names in lower case: they override a viewer's headers. */
  readonly customHeaderNames: ReadonlySet<string>;
  readonly connectionAttempts: number;
  readonly connectionTimeoutMs: number;
  /** The longest wait for the response's first byte, and for each byte after that. */
  readonly readTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** The longest time that a whole response may take, over all attempts; 0 is no limit. */
  readonly completionTimeoutMs: number;
  /** Overrides the Host that the origin would get. Only a function sets it. */
  readonly hostHeader?: string;
  /** Overrides the server name of the TLS handshake. Only a function sets it. */
  readonly sni?: string;
  /** The names that the origin's certificate may be for. Only a function sets it. */
  readonly certificateNames?: readonly string[];
  /** Whether it has an origin access control, even one that signs nothing. */
  readonly hasAccessControl: boolean;
  /** How requests to it are signed; undefined where none is. */
  readonly access: OriginAccess | undefined;
  /** The ARN of the certificate that the edge shows it; undefined where it shows none. */
  readonly clientCertificateId: string | undefined;
}

const seconds = (value: number | undefined, otherwise: number) => (value ?? otherwise) * 1000;

/** @param resources where what the origin names is found */
export function originSettings(
  config: OriginConfig,
  resources: OriginResources = noOriginResources,
): OriginSettings {
  const custom = config.CustomOriginConfig;
  const vpc = config.VpcOriginConfig;
  const timeouts = custom ?? vpc ?? config.S3OriginConfig;
  const domainName = (config.DomainName ?? "").toLowerCase();
  const access = accessOf(config, resources);
  // What listens behind a VPC origin is said where that was created.
  const listener = custom ?? (vpc && resources.findVpcOrigin(vpc.VpcOriginId ?? ""));
  return {
    id: config.Id ?? "",
    kind: vpc ? "vpc" : custom ? "custom" : "s3",
    domainName,
    path: config.OriginPath ?? "",
    protocol:
      custom || vpc
        ? (listener?.OriginProtocolPolicy ?? "match-viewer")
        : bucketProtocol(domainName, access),
    httpPort: listener?.HTTPPort ?? 80,
    httpsPort: listener?.HTTPSPort ?? 443,
    sslProtocols: listener?.OriginSslProtocols?.Items ?? ["TLSv1.2"],
    addressFamily: addressFamily(domainName, listener?.IpAddressType),
    ...customHeaders(
      (config.CustomHeaders?.Items ?? []).map(({ HeaderName = "", HeaderValue = "" }) => [
        HeaderName,
        HeaderValue,
      ]),
    ),
    connectionAttempts: config.ConnectionAttempts ?? 3,
    connectionTimeoutMs: seconds(config.ConnectionTimeout, 10),
    readTimeoutMs: seconds(timeouts?.OriginReadTimeout, 30),
    keepAliveTimeoutMs: seconds(custom?.OriginKeepaliveTimeout ?? vpc?.OriginKeepaliveTimeout, 5),
    completionTimeoutMs: seconds(config.ResponseCompletionTimeout, 0),
    hasAccessControl: (config.OriginAccessControlId ?? "") !== "",
    access,
    clientCertificateId:
      custom?.OriginMtlsConfig && (custom.OriginMtlsConfig.ClientCertificateArn ?? ""),
  };
}

function accessOf(
  { OriginAccessControlId: id = "", S3OriginConfig }: OriginConfig,
  resources: OriginResources,
): OriginAccess | undefined {
  if (id === "") return accessByIdentity(S3OriginConfig?.OriginAccessIdentity ?? "");
  const control = resources.findAccessControl(id);
  return control && accessByControl(id, control);
}

export function customHeaders(
  headers: readonly (readonly [name: string, value: string])[],
): Pick<OriginSettings, "customHeaders" | "customHeaderNames"> {
  const sent = headers.filter(([name]) => headerRules(name).added !== "in-vain");
  return {
    customHeaders: sent.flat(),
    customHeaderNames: new Set(sent.map(([name]) => name.toLowerCase())),
  };
}

/** An S3 of another maker's has a port of its own, so that it is a custom origin, and signed for as S3. */
export function isBucket({ kind, access }: OriginSettings): boolean {
  return kind === "s3" || access?.originType === "s3";
}

/** An origin on this machine may listen on either loopback address, whatever the setting says. */
export function addressFamily(domainName: string, ipAddressType: string | undefined): 0 | 4 | 6 {
  if (isLoopbackName(domainName)) return 0;
  if (ipAddressType === "ipv4") return 4;
  return ipAddressType === "ipv6" ? 6 : 0;
}

/** Names under "localhost" are this machine's (RFC 6761 §6.3), though resolvers may not know it. */
export function isLoopbackName(domainName: string): boolean {
  return domainName === "localhost" || domainName.endsWith(".localhost");
}
