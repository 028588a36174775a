/** The CloudFront-… headers that this edge can say something in (request/edge-headers.ts says what). */
export const edgeHeaderNames = [
  "CloudFront-Is-Android-Viewer",
  "CloudFront-Is-Desktop-Viewer",
  "CloudFront-Is-IOS-Viewer",
  "CloudFront-Is-Mobile-Viewer",
  "CloudFront-Is-SmartTV-Viewer",
  "CloudFront-Is-Tablet-Viewer",
  "CloudFront-Viewer-Address",
  "CloudFront-Forwarded-Proto",
  "CloudFront-Viewer-Http-Version",
  "CloudFront-Viewer-Header-Order",
  "CloudFront-Viewer-Header-Count",
] as const;

export type EdgeHeaderName = (typeof edgeHeaderNames)[number];
