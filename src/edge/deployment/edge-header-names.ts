/** The headers that this edge can say something in (request/edge-headers.ts says what). */
export const edgeHeaderNames = [
  "CloudFront-Is-Android-Viewer",
  "CloudFront-Is-Desktop-Viewer",
  "CloudFront-Is-IOS-Viewer",
  "CloudFront-Is-Mobile-Viewer",
  "CloudFront-Is-SmartTV-Viewer",
  "CloudFront-Is-Tablet-Viewer",
  "CloudFront-Viewer-Address",
  "CloudFront-Viewer-ASN",
  "CloudFront-Viewer-City",
  "CloudFront-Viewer-Country",
  "CloudFront-Viewer-Country-Name",
  "CloudFront-Viewer-Country-Region",
  "CloudFront-Viewer-Country-Region-Name",
  "CloudFront-Viewer-Latitude",
  "CloudFront-Viewer-Longitude",
  "CloudFront-Viewer-Metro-Code",
  "CloudFront-Viewer-Postal-Code",
  "CloudFront-Viewer-Time-Zone",
  "CloudFront-Forwarded-Proto",
  "CloudFront-Viewer-Http-Version",
  "CloudFront-Viewer-Header-Order",
  "CloudFront-Viewer-Header-Count",
  "CloudFront-Viewer-TLS",
  "CloudFront-Viewer-JA3-Fingerprint",
  "CloudFront-Viewer-JA4-Fingerprint",
] as const;

/** Those of a viewer's certificate: they go where a policy names them, and with no other's "all but". */
export const certificateHeaderNames = [
  "CloudFront-Viewer-Cert-Serial-Number",
  "CloudFront-Viewer-Cert-Issuer",
  "CloudFront-Viewer-Cert-Subject",
  "CloudFront-Viewer-Cert-Present",
  "CloudFront-Viewer-Cert-Sha256",
  "CloudFront-Viewer-Cert-Validity",
  "CloudFront-Viewer-Cert-Pem",
  "Client-Cert",
  "Client-Cert-Chain",
] as const;

export type CertificateHeaderName = (typeof certificateHeaderNames)[number];

export type EdgeHeaderName = (typeof edgeHeaderNames)[number] | CertificateHeaderName;
