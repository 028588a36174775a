/**
 * Refuses requests for distributions that ask viewers for certificates, where their connection has shown none, or has shown it
 * to another distribution.
 *
 * A request names its distribution by Host, long after the handshake; browsers send requests for all names of a certificate
 * over one connection of HTTP/2. What was verified for one distribution counts for that one, so such a request is answered 421,
 * upon which a browser connects anew in the right name (RFC 9110 §15.5.20).
 */
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import { asksTheSame } from "../deployment/viewer-security.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { ViewerRequest } from "../viewer-request.ts";

/** @param named the distribution that the request's Host names, whose configuration may be another than in the handshake */
export function refuseOtherCertificates(
  { tls }: ViewerRequest,
  { id, security: { certificates } }: DeployedDistribution,
): Refusal | undefined {
  if (tls === undefined) return undefined;
  const { shown } = tls;
  if (shown === undefined && certificates === undefined) return undefined;
  const isSame = shown?.distribution === id && shown.mode === certificates?.mode;
  return isSame ? undefined : refusals.misdirected;
}

/** In the clear there are no certificates, and what a staging distribution asks for nobody was asked. */
export function refuseWithoutCertificate(
  { tls }: ViewerRequest,
  serving: DeployedDistribution,
  named: DeployedDistribution,
): Refusal | undefined {
  const wanted = serving.security.certificates;
  if (wanted === undefined) return undefined;
  const isAsked = serving === named || asksTheSame(wanted, named.security.certificates);
  if (!isAsked) return refusals.noCertificate;
  return tls === undefined && wanted.mode === "required" ? refusals.noCertificate : undefined;
}
