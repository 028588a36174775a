/** Fills in what AWS shows of a viewer certificate: one of its own, of ACM's or of IAM's. */
import type { ViewerCertificate } from "../../../schema/shapes.ts";

/**
 * AWS mirrors the certificate in the deprecated members Certificate and CertificateSource, and
 * takes it from there when the newer members are absent. With its own certificate, the other
 * settings are AWS's, whatever was sent.
 */
export function completeCertificate(given: ViewerCertificate | undefined): ViewerCertificate {
  const { Certificate, CertificateSource } = given ?? {};
  const acm = given?.ACMCertificateArn || (CertificateSource === "acm" && Certificate);
  const iam = given?.IAMCertificateId || (CertificateSource === "iam" && Certificate);
  if (!given || (!acm && !iam)) {
    return {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: "vip",
      MinimumProtocolVersion: "TLSv1",
      CertificateSource: "cloudfront",
    };
  }
  return {
    CloudFrontDefaultCertificate: given.CloudFrontDefaultCertificate ?? false,
    ...(acm && { ACMCertificateArn: acm }),
    ...(iam && { IAMCertificateId: iam }),
    ...(given.SSLSupportMethod && { SSLSupportMethod: given.SSLSupportMethod }),
    MinimumProtocolVersion: given.MinimumProtocolVersion ?? "TLSv1",
    Certificate: acm || iam || "",
    CertificateSource: acm ? "acm" : "iam",
  };
}
