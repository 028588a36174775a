/**
 * The CloudFront-… headers, and those of a viewer's certificate: what the edge knows about a viewer and tells functions and
 * origins when a policy asks for it. What a viewer sends under these names is never believed.
 *
 * What is not known of a viewer's address has no header, as CloudFront leaves them out. Coordinates
 * have five decimals, and names what is not ASCII percent-encoded in UTF-8.
 *
 * Source: CloudFront Developer Guide, "Add CloudFront request headers" and "Viewer mTLS headers for cache policies and forwarded
 * to origin"; RFC 9440; captured requests.
 */
import type { ClientCertificate } from "../../certificates/client-certificate.ts";
import { asciiText } from "../../base/ascii-text.ts";
import { combinedValue } from "../../base/header-lines.ts";
import type { EdgeHeaderName } from "../deployment/edge-header-names.ts";
import type { ViewerDevice } from "../device-kinds.ts";
import type { ViewerPlace } from "../viewer-place.ts";
import type { ShownCertificates, ViewerRequest } from "../viewer-request.ts";
import { viewerDevice } from "./viewer-device.ts";

/** Characters of CloudFront-Viewer-Header-Order. */
const headerOrderMax = 7680;

/** A viewer, and what is worked out of it when it is asked for. */
export interface KnownViewer {
  readonly request: ViewerRequest;
  readonly viewerPlace: ViewerPlace;
  /** Whether it sends a cookie of the edge's own. */
  readonly sendsSession?: boolean;
}

/**
 * @param device worked out when it is first asked for
 * @returns undefined where it is not known
 */
type Say = (viewer: KnownViewer, device: () => ViewerDevice) => string | undefined;

const device =
  (kind: keyof ViewerDevice): Say =>
  (_, device) =>
    String(device()[kind]);

const certificate =
  (say: (own: ClientCertificate, shown: ShownCertificates) => string | undefined): Say =>
  ({ request: { tls } }) =>
    tls?.shown?.own && say(tls.shown.own, tls.shown);

const sayings: Readonly<Record<EdgeHeaderName, Say>> = {
  "CloudFront-Is-Android-Viewer": device("isAndroid"),
  "CloudFront-Is-Desktop-Viewer": device("isDesktop"),
  "CloudFront-Is-IOS-Viewer": device("isIos"),
  "CloudFront-Is-Mobile-Viewer": device("isMobile"),
  "CloudFront-Is-SmartTV-Viewer": device("isSmartTv"),
  "CloudFront-Is-Tablet-Viewer": device("isTablet"),
  "CloudFront-Viewer-Address": ({ request: { ip, port } }) => `${ip}:${port}`,
  "CloudFront-Viewer-ASN": ({ viewerPlace: { asn } }) => asn?.toString(),
  "CloudFront-Viewer-City": ({ viewerPlace: { city } }) => city && asciiText(city),
  "CloudFront-Viewer-Country": ({ viewerPlace: { country } }) => country,
  "CloudFront-Viewer-Country-Name": ({ viewerPlace: { countryName } }) =>
    countryName && asciiText(countryName),
  "CloudFront-Viewer-Country-Region": ({ viewerPlace: { region } }) => region,
  "CloudFront-Viewer-Country-Region-Name": ({ viewerPlace: { regionName } }) =>
    regionName && asciiText(regionName),
  "CloudFront-Viewer-Latitude": ({ viewerPlace: { latitude } }) => latitude?.toFixed(5),
  "CloudFront-Viewer-Longitude": ({ viewerPlace: { longitude } }) => longitude?.toFixed(5),
  "CloudFront-Viewer-Metro-Code": ({ viewerPlace: { metroCode } }) => metroCode?.toString(),
  "CloudFront-Viewer-Postal-Code": ({ viewerPlace: { postalCode } }) =>
    postalCode && asciiText(postalCode),
  "CloudFront-Viewer-Time-Zone": ({ viewerPlace: { timeZone } }) => timeZone,
  "CloudFront-Forwarded-Proto": ({ request: { scheme } }) => scheme,
  "CloudFront-Viewer-Http-Version": ({ request: { httpVersion } }) => httpVersion,
  "CloudFront-Viewer-Header-Order": ({ request: { headers } }) =>
    headers
      .filter((_, index) => index % 2 === 0)
      .join(":")
      .slice(0, headerOrderMax),
  "CloudFront-Viewer-Header-Count": ({ request: { headers } }) => String(headers.length / 2),
  "CloudFront-Viewer-TLS": ({ request: { tls } }) =>
    tls && `${tls.version}:${tls.cipher}:${tls.handshake}`,
  "CloudFront-Viewer-JA3-Fingerprint": ({ request: { mocked, tls } }) =>
    mocked?.ja3 ?? tls?.fingerprints.ja3,
  "CloudFront-Viewer-JA4-Fingerprint": ({ request: { mocked, tls } }) =>
    mocked?.ja4 ?? tls?.fingerprints.ja4,
  "CloudFront-Viewer-Cert-Serial-Number": certificate(({ serialNumber }) => serialNumber),
  "CloudFront-Viewer-Cert-Issuer": certificate(({ issuer }) => issuer),
  "CloudFront-Viewer-Cert-Subject": certificate(({ subject }) => subject),
  "CloudFront-Viewer-Cert-Present": ({ request: { tls } }) =>
    tls?.shown && (tls.shown.own === undefined ? "0" : "1"),
  "CloudFront-Viewer-Cert-Sha256": certificate(({ fingerprint }) => fingerprint.toString("hex")),
  "CloudFront-Viewer-Cert-Validity": certificate(
    ({ notBefore, notAfter }) => `NotBefore=${notBefore};NotAfter=${notAfter}`,
  ),
  "CloudFront-Viewer-Cert-Pem": certificate(({ pem }, { mode }) =>
    mode === "passthrough" ? undefined : encodeURI(pem),
  ),
  "Client-Cert": certificate(({ field }, { mode }) => (mode === "passthrough" ? field : undefined)),
  "Client-Cert-Chain": certificate((_, { mode, others }) =>
    mode === "passthrough" ? others.map(({ field }) => field).join(", ") : undefined,
  ),
};

/** @returns names and values in turn */
export function edgeHeaders(names: readonly EdgeHeaderName[], viewer: KnownViewer): string[] {
  let known: ViewerDevice | undefined;
  const { mocked, headers } = viewer.request;
  const device = () =>
    (known ??= mocked?.device ?? viewerDevice(combinedValue(headers, "user-agent") ?? ""));
  const lines: string[] = [];
  for (const name of names) {
    const value = sayings[name](viewer, device);
    if (value !== undefined && value !== "") lines.push(name, value);
  }
  return lines;
}
