/**
 * Distribution tenants: sites that share the settings of a multi-tenant distribution.
 *
 * Source: CloudFront Developer Guide, "Understand how multi-tenant distributions work".
 */
import { countryCodes } from "../../../model/country-codes.ts";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { Distribution } from "../../../model/distribution.ts";
import type { Resource, ResourceConfigs } from "../../../model/resource.ts";
import { findResource } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";
import { aliasKey, checkAlias } from "../../distributions/config/check-aliases.ts";
import { checkWebAclArn } from "../../distributions/config/check-settings.ts";
import { isAcmArn } from "../../distributions/config/check-viewer-certificate.ts";
import { newPrefixedId } from "../resource-id.ts";
import type { Input, ResourceRow, Subject } from "../resource-row.ts";
import { defaultConnectionGroup } from "./connection-group.ts";
import { holdersOf } from "./domain-holders.ts";
import { checkCertificateRequest, domainStatus } from "./managed-certificate.ts";

type Config = ResourceConfigs["distribution-tenant"];

export const distributionTenant: ResourceRow<"distribution-tenant"> = {
  kind: "distribution-tenant",
  label: "distribution tenant",
  operations: {
    create: "CreateDistributionTenant",
    get: "GetDistributionTenant",
    update: "UpdateDistributionTenant",
    delete: "DeleteDistributionTenant",
    list: "ListDistributionTenants",
  },
  errors: {
    missing: "EntityNotFound",
    exists: "EntityAlreadyExists",
    tooMany: "EntityLimitExceeded",
    notDisabled: "ResourceNotDisabled",
  },
  quota: "distributionTenantsPerAccount",
  unique: ["Name"],
  enforced: {
    edge: "partly",
    reason: "web ACLs of tenants are not applied",
  },
  newId: () => newPrefixedId("dt"),
  complete: (config) => ({ ...config, Enabled: config.Enabled ?? true }),
  check,
  settle: (config, state, context) => {
    if (config.ConnectionGroupId) return { config };
    const { id, ...created } = defaultConnectionGroup(state, context);
    return { config: { ...config, ConnectionGroupId: id }, ...created };
  },
  describe: ({ config }, state) => ({
    Domains: (config.Domains ?? []).map(({ Domain }) => ({
      Domain,
      Status: domainStatus(Domain ?? "", config, state),
    })),
  }),
  isListed,
};

/** The filters of ListDistributionTenants, and those of …ByCustomization. */
function isListed({ config }: Resource<"distribution-tenant">, input: Input): boolean {
  const filter = (input["AssociationFilter"] ?? {}) as Record<string, string | undefined>;
  const { WebAcl, Certificate } = config.Customizations ?? {};
  const pairs = [
    [filter["DistributionId"], config.DistributionId],
    [filter["ConnectionGroupId"], config.ConnectionGroupId],
    [input["WebACLArn"], WebAcl?.Arn],
    [input["CertificateArn"], Certificate?.Arn],
  ] as const;
  return pairs.every(([wanted, value]) => !wanted || wanted === value);
}

function check(config: Config, subject: Subject<"distribution-tenant">): void {
  const { state } = subject;
  const distribution = requireMultiTenant(config, state);
  checkCertificateRequest(config, subject.ordersCertificates);
  const { ConnectionGroupId } = config;
  if (ConnectionGroupId && !findResource(state, "connection-group", ConnectionGroupId)) {
    throw new ApiError(
      "EntityNotFound",
      `The specified connection group does not exist. It was looked for as "${ConnectionGroupId}"`,
    );
  }
  checkCustomizations(config);
  checkDomains(config, subject);
  checkParameters(config, distribution);
}

/** What a tenant has instead of its distribution's settings has their form. */
function checkCustomizations({
  Customizations: { WebAcl, Certificate, GeoRestrictions } = {},
}: Config): void {
  if (WebAcl?.Action === "override") checkWebAclArn(WebAcl.Arn ?? "");
  if (WebAcl?.Action === "disable" && WebAcl.Arn) {
    throw new InvalidArgument(
      `The parameter WebAcl can have an Arn only with Action override, got "${WebAcl.Arn}"`,
    );
  }
  if (Certificate && !isAcmArn(Certificate.Arn ?? "")) {
    throw new InvalidArgument(
      `The parameter Certificate must have the ARN of an ACM certificate in us-east-1, got "${Certificate.Arn ?? ""}"`,
    );
  }
  const { RestrictionType = "none", Locations = [] } = GeoRestrictions ?? {};
  const wrong = Locations.find((location) => !countryCodes.has(location));
  if (wrong !== undefined || (RestrictionType === "none") !== (Locations.length === 0)) {
    throw new InvalidArgument(
      `The parameter GeoRestrictions must have ISO 3166-1 country codes unless its type is none, got type ${RestrictionType} with ${JSON.stringify(Locations.slice(0, 10))}`,
    );
  }
}

function requireMultiTenant({ DistributionId = "" }: Config, state: State): Distribution {
  const distribution = state.distributions.get(DistributionId);
  if (distribution === undefined) {
    throw new ApiError(
      "EntityNotFound",
      `The specified distribution does not exist. It was looked for as "${DistributionId}"`,
    );
  }
  if (distribution.config.ConnectionMode !== "tenant-only") {
    throw new InvalidArgument(
      `The distribution ${DistributionId} is not multi-tenant: its ConnectionMode is not "tenant-only"`,
    );
  }
  return distribution;
}

function checkDomains(
  { Domains = [] }: Config,
  { state, old, domainSuffix }: Subject<"distribution-tenant">,
): void {
  if (Domains.length === 0) {
    throw new InvalidArgument("The parameter Domains must have at least one domain");
  }
  const holders = new Map(
    holdersOf(state)
      .filter(({ id }) => id !== old?.id)
      .map((holder) => [aliasKey(holder.domain), holder]),
  );
  const seen = new Set<string>();
  for (const { Domain = "" } of Domains) {
    const key = checkAlias(Domain, domainSuffix);
    if (seen.has(key)) throw new InvalidArgument(`The domain "${Domain}" is there more than once`);
    seen.add(key);
    const holder = holders.get(key);
    if (holder === undefined) continue;
    throw new ApiError(
      "CNAMEAlreadyExists",
      `One or more of the CNAMEs you provided are already associated with a different resource. ${Domain} belongs to ${holder.id}`,
    );
  }
}

/** A tenant's parameters are those that its distribution defines, and all that it requires. */
function checkParameters({ Parameters = [] }: Config, { config }: Distribution): void {
  const definitions = config.TenantConfig?.ParameterDefinitions ?? [];
  const unknown = Parameters.find(({ Name }) => !definitions.some((one) => one.Name === Name));
  if (unknown !== undefined) {
    throw new InvalidArgument(`The distribution defines no parameter "${unknown.Name}"`);
  }
  const missing = definitions.find(({ Name, Definition }) => {
    const { Required, DefaultValue } = Definition?.StringSchema ?? {};
    return Required === true && !DefaultValue && !Parameters.some((one) => one.Name === Name);
  });
  if (missing !== undefined) {
    throw new InvalidArgument(`The distribution requires the parameter "${missing.Name}"`);
  }
}
