/**
 * Refuses requests that name another host than the handshake did, where the certificate does not answer for both: whoever
 * allowed the one connection by its name must not find another site in it.
 *
 * Source: CloudFront Developer Guide, "Alternate domain names and HTTPS", domain fronting protection.
 */
import { isFor } from "../../certificates/certificate-set.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { ViewerRequest } from "../viewer-request.ts";

/** A certificate of the account's own answers for all distributions of the account, of which a node has one. */
export function refuseFronting({ tls, host }: ViewerRequest): Refusal | undefined {
  if (tls === undefined || tls.serverName === host || !tls.hasStandardCertificate) return undefined;
  if (tls.serverName === undefined || isFor(tls.certificate, host)) return undefined;
  return refusals.misdirected;
}
