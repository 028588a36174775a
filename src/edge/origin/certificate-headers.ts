/**
 * Gives the origin a client certificate's headers under the names and in the form that a function
 * asked for with cf.mtls.
 *
 * The edge speaks HTTP to viewers, so the headers that may be there are Client-Cert and
 * Client-Cert-Chain, as a proxy before it sends them; CloudFront-Viewer-Cert-… never is.
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

function inForm(
  values: readonly string[],
  from: readonly string[],
  [header, footer, endMarker]: readonly [string, string, string],
): string {
  if (from.length > 1) {
    const all = values.flatMap((value) => [...value.matchAll(certificate)]);
    return all.map(([, base64]) => `${header}${base64}${footer}`).join(endMarker);
  }
  return values
    .join(", ")
    .replace(certificate, (_found, base64: string) => `${header}${base64}${footer}${endMarker}`);
}
