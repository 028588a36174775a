/**
 * The certificate that viewers are shown. Whether it exists can't be known here, nor is it used.
 *
 * Source: CloudFront API Reference, ViewerCertificate.
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { Draft } from "./draft.ts";

const acmArn = /^arn:aws(-cn)?:acm:us-east-1:\d{12}:certificate\/[0-9a-zA-Z-]{1,64}$/;

export function isAcmArn(arn: string): boolean {
  return acmArn.test(arn);
}

/** Dedicated addresses answer viewers without SNI, for which the newer policies are not made. */
const dedicatedAddressProtocols = ["SSLv3", "TLSv1"];

export function checkViewerCertificate({ config }: Draft): void {
  const certificate = config.ViewerCertificate ?? {};
  const { ACMCertificateArn: acm, IAMCertificateId: iam, SSLSupportMethod: method } = certificate;
  if (!acm && !iam) return;
  if (certificate.CloudFrontDefaultCertificate || (acm && iam)) {
    throw new ApiError(
      "InvalidViewerCertificate",
      "ViewerCertificate must have exactly one of CloudFrontDefaultCertificate true, ACMCertificateArn and IAMCertificateId",
    );
  }
  if (acm && !isAcmArn(acm)) {
    throw new ApiError(
      "InvalidViewerCertificate",
      `The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain. ACMCertificateArn: ${acm}`,
    );
  }
  if (method === undefined) {
    throw new InvalidArgument(
      "The parameter SSLSupportMethod is required with a certificate of your own.",
    );
  }
  const protocol = certificate.MinimumProtocolVersion ?? "TLSv1";
  const fits =
    method === "sni-only" ? protocol !== "SSLv3" : dedicatedAddressProtocols.includes(protocol);
  if (!fits) {
    throw new ApiError(
      "InvalidMinimumProtocolVersion",
      `MinimumProtocolVersion ${protocol} cannot be used with SSLSupportMethod ${method}`,
    );
  }
}
