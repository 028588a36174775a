/**
 * The certificates that distribution tenants request of CloudFront, which ACME brings here: what a request may say, and how
 * far it is.
 *
 * Source: CloudFront API Reference, ManagedCertificateRequest and ManagedCertificateDetails.
 */
import { createHash, X509Certificate } from "node:crypto";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { Resource, ResourceConfigs } from "../../../model/resource.ts";
import { findResource } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";
import { aliasKey } from "../../distributions/config/check-aliases.ts";

type Tenant = Resource<"distribution-tenant">;

/** @throws InvalidArgument, where it asks for what no authority that speaks ACME does, or nobody here orders certificates */
export function checkCertificateRequest(
  { ManagedCertificateRequest: request, Domains = [] }: ResourceConfigs["distribution-tenant"],
  ordersCertificates: boolean,
): void {
  if (request === undefined) return;
  if (!ordersCertificates) {
    throw new InvalidArgument(
      "This node orders no certificates: leave ManagedCertificateRequest out, or start the node with --acme-email",
    );
  }
  const { PrimaryDomainName: primary, CertificateTransparencyLoggingPreference: logging } = request;
  if (logging === "disabled") {
    throw new InvalidArgument(
      "The parameter CertificateTransparencyLoggingPreference cannot be disabled: authorities log what they issue",
    );
  }
  const isOne = Domains.some(({ Domain = "" }) => aliasKey(Domain) === aliasKey(primary ?? ""));
  if (primary && !isOne) {
    throw new InvalidArgument(
      `The parameter PrimaryDomainName must be one of the tenant's domains, got "${primary}"`,
    );
  }
  const wildcard = Domains.find(({ Domain = "" }) => Domain.startsWith("*"))?.Domain;
  if (wildcard === undefined) return;
  throw new InvalidArgument(
    `A certificate for "${wildcard}" can't be requested: only DNS could prove that a wildcard leads here`,
  );
}

/** In milliseconds since 1970; 0 where none was issued. */
function expiryOf(domain: string, certificates: State["certificates"]): number {
  const issued = certificates.get(aliasKey(domain));
  return issued === undefined ? 0 : new X509Certificate(issued.chain).validToDate.getTime();
}

/** @throws EntityNotFound, when it has requested no certificate */
export function managedCertificateDetails(tenant: Tenant, state: State, now: Date): object {
  const { ManagedCertificateRequest: request, Domains = [] } = tenant.config;
  if (request === undefined) {
    throw new ApiError(
      "EntityNotFound",
      `The distribution tenant ${tenant.id} has requested no certificate`,
    );
  }
  const names = Domains.map(({ Domain = "" }) => Domain);
  const host = request.ValidationTokenHost;
  return {
    CertificateArn: arnOf(tenant, state.account),
    CertificateStatus: statusOf(names, state, now),
    ValidationTokenHost: host,
    ValidationTokenDetails: names.map((Domain) => ({
      Domain,
      ...(host === "self-hosted" && redirectOf(Domain, tenant, state)),
    })),
  };
}

/** A domain whose certificate is still to come is not active yet. */
export function domainStatus(
  domain: string,
  { Enabled, ManagedCertificateRequest: request }: Tenant["config"],
  { certificates }: State,
): "active" | "inactive" {
  const waits = request !== undefined && !certificates.has(aliasKey(domain));
  return Enabled === true && !waits ? "active" : "inactive";
}

/** There is a certificate for each domain; together they are the one that AWS would have. */
function statusOf(names: readonly string[], { certificates }: State, now: Date): string {
  const expiries = names.map((name) => expiryOf(name, certificates));
  if (expiries.includes(0)) return "pending-validation";
  return Math.min(...expiries) > now.getTime() ? "issued" : "expired";
}

/** What a server that the domain leads to now must do with the authority's question. */
function redirectOf(domain: string, { config }: Tenant, state: State) {
  const group = findResource(state, "connection-group", config.ConnectionGroupId ?? "");
  const path = "/.well-known/acme-challenge/";
  return {
    RedirectFrom: `${domain}${path}`,
    RedirectTo: `${group?.attributes["RoutingEndpoint"] ?? ""}${path}`,
  };
}

/** Of a certificate that stands for those of all domains. */
function arnOf({ id }: Tenant, account: string): string {
  const hash = createHash("sha256").update(`certificate of ${id}`).digest("hex");
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`];
  const uuid = [...parts, `a${hash.slice(17, 20)}`, hash.slice(20, 32)].join("-");
  return `arn:aws:acm:us-east-1:${account}:certificate/${uuid}`;
}
