/**
 * The module `cloudfront` of the runtime cloudfront-js-2.0: `import cf from 'cloudfront'`.
 *
 * Source: CloudFront Developer Guide, "Helper methods for key value stores", "Helper methods for origin modification", "CBOR Web Tokens".
 */
declare module "cloudfront" {
  /** A Buffer of the runtime's. */
  interface Bytes extends Uint8Array {
    toString(encoding?: "utf8" | "hex" | "base64" | "base64url"): string;
  }

  export interface KeyValueStore {
    /** Rejects with KeyNotFound where there is no such key. */
    get(key: string, options?: { readonly format?: "string" }): Promise<string>;
    get(key: string, options: { readonly format: "json" }): Promise<unknown>;
    get(key: string, options: { readonly format: "bytes" }): Promise<Bytes>;
    exists(key: string): Promise<boolean>;
    meta(): Promise<{
      /** Like `2026-01-31T12:00:00.000Z`. */
      readonly creationDateTime: string;
      readonly lastUpdatedDateTime: string;
      readonly keyCount: number;
    }>;
  }

  /** What may be changed of an origin of the distribution. */
  export interface OriginOverrides {
    hostHeader?: string;
    sni?: string;
    allowedCertificateNames?: readonly string[];
  }

  /** What is left out is as the behavior's origin has it. */
  export interface RequestOrigin extends OriginOverrides {
    /** A DNS name, without a port. */
    domainName?: string;
    /** Begins with "/" and does not end with one. */
    originPath?: string;
    customHeaders?: Readonly<Record<string, string>>;
    connectionAttempts?: 1 | 2 | 3;
    originShield?: { enabled: false } | { enabled: true; region: string };
    originAccessControlConfig?:
      | { enabled: false }
      | {
          enabled: true;
          signingBehavior: "always" | "never" | "no-override";
          signingProtocol: "sigv4";
          originType: "s3" | "mediapackagev2" | "mediastore" | "lambda";
        };
    /** In seconds. */
    timeouts?: {
      readTimeout?: number;
      responseCompletionTimeout?: number;
      keepAliveTimeout?: number;
      connectionTimeout?: number;
    };
    customOriginConfig?: {
      port: number;
      protocol: "http" | "https";
      sslProtocols: readonly ("SSLv3" | "TLSv1" | "TLSv1.1" | "TLSv1.2")[];
      ipAddressType?: "ipv4" | "ipv6" | "dualstack";
    };
  }

  export interface RequestOriginGroup {
    /** The primary first. */
    originIds: readonly [OriginOfGroup, OriginOfGroup];
    failoverCriteria: { statusCodes: readonly number[] };
    selectionCriteria?: "default" | "media-quality-score";
  }

  export type OriginOfGroup = string | { originId: string; originOverrides?: OriginOverrides };

  interface PemCertFormatInfo {
    certHeader?: string;
    certFooter?: string;
    certEndMarker?: string;
    keepNewlinesInCertData?: boolean;
  }

  interface CloudFront {
    /** The store that is associated with the function. @param id its UUID, if given */
    kvs(id?: string): KeyValueStore;
    /** In viewer-request only, as the other two that choose an origin. */
    updateRequestOrigin(origin: RequestOrigin): void;
    selectRequestOriginById(originId: string, overrides?: OriginOverrides): void;
    createRequestOriginGroup(group: RequestOriginGroup): void;
    /** Empty in viewer-response. */
    readonly edgeLocation: {
      /** Like `SEA`. */
      readonly name?: string;
      readonly serverIp?: string;
      /** Like `us-west-2`. */
      readonly region?: string;
    };
    /** Of multi-tenant distributions, and only within the handler. */
    readonly distributionTenant: {
      readonly id: string;
      readonly parameters: { get(key: string): string };
    };
    readonly cwt: {
      /** Throws where the MAC does not hold; claims such as an expiry are the caller's to check. */
      validateToken(
        token: Uint8Array,
        context: { readonly key: string | Uint8Array },
      ): {
        readonly protectedHeaders: Readonly<Record<string, unknown>>;
        readonly unprotectedHeaders: Readonly<Record<string, unknown>>;
        readonly payload: Readonly<Record<string, unknown>>;
      };
      generateToken(
        context: {
          readonly cwtTag?: boolean;
          readonly coseTag: "MAC0";
          readonly key: string | Uint8Array;
        },
        payload: object,
      ): Bytes;
    };
    /** How the origin is shown a viewer's certificate. */
    readonly mtls: {
      renameClientCertHeaders(names: Readonly<Record<string, string>>): void;
      renamePemHeaders(
        names: Readonly<
          Record<string, { newHeaderName: string; pemCertFormatInfo?: PemCertFormatInfo }>
        >,
      ): void;
      combinePemHeaders(order: {
        newHeaderName: string;
        pemCertFormatInfo?: PemCertFormatInfo;
      }): void;
    };
    /** Into the access log; at most 800 bytes. */
    logCustomData(text: string): void;
  }

  const cf: CloudFront;
  export default cf;
}
