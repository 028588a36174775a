/**
 * What a distribution's configuration says of the TLS that its viewers speak.
 *
 * Source: CloudFront API Reference, ViewerCertificate; CloudFront Developer Guide, "Distribution settings", "Supported HTTP versions".
 */
import type { Distribution } from "../../model/distribution.ts";

export interface ViewerSecurity {
  /** The ARN or id of its certificate; undefined where it has the one of all distributions. */
  readonly certificateId: string | undefined;
  /** `MinimumProtocolVersion`. */
  readonly securityPolicy: string;
  /** Whether viewers are offered HTTP/2. */
  readonly offersHttp2: boolean;
}

/** Without a certificate of its own a distribution takes what all viewers can speak. */
const standardPolicy = "TLSv1";

export function viewerSecurityOf({
  ViewerCertificate: certificate,
  HttpVersion: httpVersion,
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
  };
}
