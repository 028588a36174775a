/**
 * Asks viewers for certificates where their distribution wants that, and judges what they show.
 *
 * OpenSSL has them prove that the key is theirs, and trusts nobody by itself. What they show is judged when the handshake is
 * over: TLS 1.3 lets a client believe that it is connected before it is known whether it may, so a refusal closes the
 * connection before anything was answered.
 *
 * Source: CloudFront Developer Guide, "Mutual TLS authentication with CloudFront (Viewer mTLS)".
 */
import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Authorities } from "../../certificates/authorities.ts";
import { ClientCertificate } from "../../certificates/client-certificate.ts";
import {
  faultOfSize,
  verifyClient,
  type CertificateFault,
} from "../../certificates/verify-client.ts";
import type { DeployedDistribution } from "../deployment/deployed-distribution.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { authoritiesAt } from "../deployment/trust-stores.ts";
import type { AskedTerms } from "../tls/secure-servers.ts";
import type { ShownCertificates } from "../viewer-request.ts";

/** What the viewers of a distribution are asked for, as it was when they connected. */
export interface AskedCertificates {
  readonly distribution: DeployedDistribution;
  readonly authorities: Authorities;
  readonly deployment: Deployment;
}

/** @returns undefined where its viewers need no certificates */
export function askedCertificates(
  distribution: DeployedDistribution | undefined,
  deployment: Deployment,
): AskedCertificates | undefined {
  const wanted = distribution?.security.certificates;
  if (distribution === undefined || wanted === undefined) return undefined;
  const authorities = authoritiesAt(deployment.state, wanted.trustStoreId);
  return { distribution, authorities, deployment };
}

/** What of it the handshake has to know. */
export function askedTerms({ distribution, authorities }: AskedCertificates): AskedTerms {
  const { id, security } = distribution;
  const { mode, advertisesNames } = security.certificates ?? {};
  return {
    key: `${id} ${mode} ${authorities.fingerprint}`,
    names: advertisesNames === true ? authorities.names : [],
  };
}

export type CertificateVerdict =
  | { readonly shown: ShownCertificates }
  | { readonly fault: CertificateFault | "ClientCertMissing" };

/** To be called once a connection: Node hands the chain over once. */
export function judgeCertificates(
  socket: TLSSocket,
  { distribution, authorities }: AskedCertificates,
  now: Date,
): CertificateVerdict {
  const { mode = "required", ignoresExpiry = false } = distribution.security.certificates ?? {};
  const [own, ...others] = chainOf(socket);
  const shown = {
    distribution: distribution.id,
    mode,
    own: own && new ClientCertificate(own),
    others: others.map((certificate) => new ClientCertificate(certificate)),
  };
  if (own === undefined) return mode === "required" ? { fault: "ClientCertMissing" } : { shown };
  const all = [own, ...others];
  const fault =
    mode === "passthrough"
      ? faultOfSize(all)
      : verifyClient(all, { authorities, now, ignoresExpiry });
  return fault === undefined ? { shown } : { fault };
}

/** The viewer's own first, then the others in the order in which it showed them. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined) {
    chain.push(certificate);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
