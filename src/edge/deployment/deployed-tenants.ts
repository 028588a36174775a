/**
 * The sites of all distribution tenants: each is its multi-tenant distribution, with the tenant's own
 * domains, parameters and customizations in it.
 *
 * There may be thousands, so each is worked out anew only when it, its distribution or its connection group is another
 * object than before; and a change of something else does not look at them.
 */
import type { Resource } from "../../model/resource.ts";
import type { Distribution } from "../../model/distribution.ts";
import type { State } from "../../state/state.ts";
import { withOrigins, type DeployedDistribution } from "./deployed-distribution.ts";
import { deployedTenant } from "./deployed-tenant.ts";
import { addHosts, noHosts, type HostTable } from "./find-distribution.ts";
import { geoRestrictionOf } from "./geo-restriction.ts";
import { originResourcesOf, type OriginResources } from "./origin-resources.ts";
import { hasTenantOrigins, withFilledOrigins } from "./origin-parameters.ts";
import { viewerSecurityOf, type ViewerSecurity } from "./viewer-security.ts";

type Tenant = Resource<"distribution-tenant">;
type Group = Resource<"connection-group">;

/** A multi-tenant distribution, and what it was compiled from. */
export interface Template {
  readonly deployed: DeployedDistribution;
  readonly config: Distribution["config"];
}

export interface DeployedTenants {
  readonly hosts: HostTable;
  /** By id. */
  readonly sites: ReadonlyMap<string, Site>;
  /** What they were worked out from. */
  readonly tenants: ReturnType<State["resources"]["get"]>;
  readonly groups: ReturnType<State["resources"]["get"]>;
  /** By distribution id; only those that have tenants. */
  readonly templates: ReadonlyMap<string, DeployedDistribution | undefined>;
}

/** A tenant, and what it was worked out from. */
interface Site {
  /** Undefined where it can't be reached. */
  readonly deployed: DeployedDistribution | undefined;
  readonly config: Tenant["config"];
  readonly template: DeployedDistribution | undefined;
  readonly group: Group["config"] | undefined;
}

export const noTenants: DeployedTenants = {
  hosts: noHosts,
  sites: new Map(),
  tenants: undefined,
  groups: undefined,
  templates: new Map(),
};

/** Tenants that a turn looks at, and domains that it enters. */
const perTurn = 200;

/**
 * @param templates by distribution id, compiled from the same state
 * @param before of an earlier state
 */
export function* deployTenants(
  { resources }: Pick<State, "resources">,
  templates: ReadonlyMap<string, Template>,
  before: DeployedTenants,
): Generator<void, DeployedTenants> {
  const tenants = resources.get("distribution-tenant");
  const groups = resources.get("connection-group");
  if (tenants === undefined) return noTenants;
  const isSame =
    tenants === before.tenants &&
    groups === before.groups &&
    [...before.templates].every(([id, deployed]) => templates.get(id)?.deployed === deployed);
  if (isSame) return before;

  const originResources = originResourcesOf({ resources });
  const sites = new Map<string, Site>();
  const usedTemplates = new Map<string, DeployedDistribution | undefined>();
  let looked = 0;
  for (const [id, resource] of tenants) {
    const tenant = resource as Tenant;
    const { DistributionId = "", ConnectionGroupId = "" } = tenant.config;
    const template = templates.get(DistributionId);
    const group = groups?.get(ConnectionGroupId) as Group | undefined;
    usedTemplates.set(DistributionId, template?.deployed);
    const known = before.sites.get(id);
    if (known !== undefined && isCurrent(known, tenant, template, group)) {
      sites.set(id, known);
      looked += 1;
    } else {
      const { config } = tenant;
      const deployed = template && deploySite(tenant, { template, group, originResources });
      sites.set(id, { deployed, config, template: template?.deployed, group: group?.config });
      looked += 10;
    }
    if (looked >= perTurn) {
      looked = 0;
      yield;
    }
  }
  const hosts = yield* hostsOf(sites);
  return { hosts, sites, tenants, groups, templates: usedTemplates };
}

function isCurrent(
  known: Site,
  { config }: Tenant,
  template: Template | undefined,
  group: Group | undefined,
): boolean {
  return (
    known.config === config &&
    known.template === template?.deployed &&
    known.group === group?.config
  );
}

interface Surroundings {
  readonly template: Template;
  readonly group: Group | undefined;
  readonly originResources: OriginResources;
}

/** @returns undefined where it, its connection group or its distribution is disabled */
function deploySite(
  resource: Tenant,
  { template, group, originResources }: Surroundings,
): DeployedDistribution | undefined {
  const { deployed, config } = template;
  const isEnabled = config.Enabled === true && config.ConnectionMode === "tenant-only";
  const { Domains = [], Customizations, Enabled } = resource.config;
  if (!isEnabled || Enabled !== true || group?.config.Enabled === false) return undefined;
  // Tenants from before there were default connection groups have none.
  const endpoint = group?.attributes["RoutingEndpoint"]?.toLowerCase() ?? deployed.domainName;
  const tenant = deployedTenant(resource, config, endpoint);
  const own = hasTenantOrigins(config)
    ? withOrigins(deployed, withFilledOrigins(config, tenant.parameters), originResources)
    : deployed;
  const geography = Customizations?.GeoRestrictions;
  const certificate = Customizations?.Certificate?.Arn;
  return {
    ...own,
    domainName: endpoint,
    aliases: Domains.map(({ Domain = "" }) => Domain.toLowerCase()),
    reachable: true,
    servesIPv6: group?.config.Ipv6Enabled !== false,
    tenant,
    ...(certificate && { security: securityWith(certificate, config) }),
    ...(geography && {
      geoRestriction: geoRestrictionOf(geography.RestrictionType, geography.Locations),
    }),
  };
}

/** A certificate of the tenant's own stands in the place of its distribution's; all else is as there. */
function securityWith(ACMCertificateArn: string, config: Distribution["config"]): ViewerSecurity {
  const { MinimumProtocolVersion } = config.ViewerCertificate ?? {};
  const own = { ACMCertificateArn, ...(MinimumProtocolVersion && { MinimumProtocolVersion }) };
  return viewerSecurityOf({ ...config, ViewerCertificate: own });
}

function* hostsOf(sites: ReadonlyMap<string, Site>): Generator<void, HostTable> {
  const hosts = { exact: new Map(), wildcards: new Map() };
  let entered = 0;
  for (const { deployed } of sites.values()) {
    if (deployed === undefined) continue;
    addHosts(hosts, deployed);
    entered += deployed.aliases.length;
    if (entered < perTurn) continue;
    entered = 0;
    yield;
  }
  return hosts;
}
