/**
 * Gives the origin a client certificate's headers under the names and in the form that a function
 * asked for with cf.mtls.
 *
 * They are there where the behavior's policy names them and the viewer has shown a certificate (request/edge-headers.ts).
 *
 * Source: CloudFront Developer Guide, "Helper methods for mTLS"; RFC 9440.
 */
import type { CertificateHeader } from "../../runtime/function-runtime.ts";
import { combine, forEachLine } from "../../base/header-lines.ts";
import { headerRules } from "../../model/header-rules.ts";

/**
 * What the viewer sent under a new name is taken out, also where there is no certificate: the name
 * is the certificate's.
 *
 * @param headers names and values in turn
 * @returns the headers that the origin gets
 */
export function withCertificateHeaders(
  headers: readonly string[],
  changes: readonly CertificateHeader[],
): string[] {
  const taken = new Set(changes.flatMap(({ from, to }) => [...from, to.toLowerCase()]));
  const certificates = new Map<string, string>();
  const rest: string[] = [];
  forEachLine(headers, (spelling, value) => {
    const { lower } = headerRules(spelling);
    if (taken.has(lower)) certificates.set(lower, combine(certificates.get(lower), value));
    else rest.push(spelling, value);
  });
  for (const { from, to, form } of changes) {
    const values = from.flatMap((name) => certificates.get(name) ?? []);
    if (values.length > 0)
      rest.push(to, form === undefined ? values.join(", ") : inForm(values, from, form));
  }
  return rest;
}

/** Each certificate stands between colons, and a chain's behind commas. */
const certificate = /:([^:]*):/g;
/** CloudFront-Viewer-Cert-Pem's: percent-encoded PEM. */
const pem = /^-----BEGIN%20CERTIFICATE-----(.*)-----END%20CERTIFICATE-----(?:%0A)?$/;

function inForm(
  values: readonly string[],
  from: readonly string[],
  [header, footer, endMarker, keepsNewlines = true]: NonNullable<CertificateHeader["form"]>,
): string {
  if (from.length > 1) {
    const all = values.flatMap((value) => [...value.matchAll(certificate)]);
    return all.map(([, base64]) => `${header}${base64}${footer}`).join(endMarker);
  }
  const joined = values.join(", ");
  const [, lines] = pem.exec(joined) ?? [];
  if (lines !== undefined) {
    const kept = keepsNewlines ? lines : lines.replaceAll("%0A", "");
    return `${header}${kept}${footer}${endMarker}`;
  }
  return joined.replace(
    certificate,
    (_found, base64: string) => `${header}${base64}${footer}${endMarker}`,
  );
}
