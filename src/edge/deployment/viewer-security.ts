/**
 * What a distribution's configuration says of the TLS that its viewers speak.
 *
 * Source: CloudFront API Reference, ViewerCertificate, ViewerMtlsConfig; CloudFront Developer Guide, "Distribution settings", "Supported HTTP versions".
 */
import type { Distribution } from "../../model/distribution.ts";

/** What viewers are asked for: a certificate that is verified, one if they have it, or one that the origin judges. */
export type CertificateMode = "required" | "optional" | "passthrough";

export interface WantedCertificates {
  readonly mode: CertificateMode;
  /** Empty in mode passthrough. */
  readonly trustStoreId: string;
  /** Whether viewers are told the names of the authorities. */
  readonly advertisesNames: boolean;
  readonly ignoresExpiry: boolean;
  /** The connection function's id; undefined where there is none. */
  readonly functionId: string | undefined;
}

export interface ViewerSecurity {
  /** The ARN or id of its certificate; undefined where it has the one of all distributions. */
  readonly certificateId: string | undefined;
  /** `MinimumProtocolVersion`. */
  readonly securityPolicy: string;
  /** Whether viewers are offered HTTP/2. */
  readonly offersHttp2: boolean;
  /** Undefined where viewers need none. */
  readonly certificates: WantedCertificates | undefined;
}

/** Without a certificate of its own a distribution takes what all viewers can speak. */
const standardPolicy = "TLSv1";

export function viewerSecurityOf({
  ViewerCertificate: certificate,
  HttpVersion: httpVersion,
  ViewerMtlsConfig: mutual,
  ConnectionFunctionAssociation: association,
}: Distribution["config"]): ViewerSecurity {
  const certificateId =
    certificate?.ACMCertificateArn ||
    certificate?.IAMCertificateId ||
    (certificate?.CertificateSource === undefined ? undefined : certificate.Certificate) ||
    undefined;
  const isStandard = certificateId === undefined;
  return {
    certificateId,
    securityPolicy: isStandard
      ? standardPolicy
      : (certificate?.MinimumProtocolVersion ?? standardPolicy),
    offersHttp2: httpVersion !== "http1.1" && httpVersion !== "http3",
    certificates: mutual && wantedCertificates(mutual, association?.Id),
  };
}

function wantedCertificates(
  { Mode, TrustStoreConfig: store }: NonNullable<Distribution["config"]["ViewerMtlsConfig"]>,
  functionId: string | undefined,
): WantedCertificates {
  return {
    mode: Mode ?? "required",
    trustStoreId: store?.TrustStoreId ?? "",
    advertisesNames: store?.AdvertiseTrustStoreCaNames === true,
    ignoresExpiry: store?.IgnoreCertificateExpiry === true,
    functionId,
  };
}

/** Whether a viewer who has shown what the one asks for has shown what the other does. */
export function asksTheSame(
  one: WantedCertificates | undefined,
  other: WantedCertificates | undefined,
): boolean {
  return (
    one?.mode === other?.mode &&
    one?.trustStoreId === other?.trustStoreId &&
    one?.ignoresExpiry === other?.ignoresExpiry &&
    one?.functionId === other?.functionId
  );
}
