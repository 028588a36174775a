/** A tenant as it is filled in, and what of it is written. */
import type { ConnectionGroup } from "../api/connection-groups.ts";
import type { ParameterDefinition } from "../api/distributions.ts";
import type { GeoRestrictionType, Tenant, TenantSettings } from "../api/tenants.ts";
import { groupName } from "./group-name.ts";

/** "same" is as the distribution has it. */
export interface TenantForm {
  /** One a line. */
  readonly domains: string;
  /** Empty for the account's own. */
  readonly connectionGroup: string;
  readonly enabled: boolean;
  /** By name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly geography: "same" | GeoRestrictionType;
  /** With commas or spaces between. */
  readonly countries: string;
  readonly certificate: string;
  readonly webAcl: "same" | "override" | "disable";
  readonly webAclArn: string;
}

/** @param tenant undefined for a new one */
export function tenantForm(tenant: Tenant | undefined): TenantForm {
  const { web_acl: webAcl, certificate, geo_restrictions: geo } = tenant?.customizations ?? {};
  return {
    domains: (tenant?.domains ?? []).map(({ domain }) => domain).join("\n"),
    connectionGroup: tenant?.connection_group_id ?? "",
    enabled: tenant?.enabled ?? true,
    parameters: Object.fromEntries(
      (tenant?.parameters ?? []).map(({ name, value }) => [name, value]),
    ),
    geography: geo?.restriction_type ?? "same",
    countries: (geo?.locations ?? []).join(", "),
    certificate: certificate?.arn ?? "",
    webAcl: webAcl?.action ?? "same",
    webAclArn: webAcl?.arn ?? "",
  };
}

/** @param definitions a tenant may have no other parameters: a value of one that is defined no more is left out */
export function tenantSettings(
  form: TenantForm,
  definitions: readonly ParameterDefinition[],
): TenantSettings {
  const { connectionGroup, enabled, parameters, geography, certificate, webAcl, webAclArn } = form;
  return {
    ...{ connectionGroup, enabled },
    domains: wordsOf(form.domains),
    parameters: Object.fromEntries(
      definitions.flatMap(({ name }) => (parameters[name] ? [[name, parameters[name]]] : [])),
    ),
    customizations: {
      certificate: certificate.trim(),
      webAcl: webAcl === "same" ? undefined : webAcl === "disable" ? "" : webAclArn.trim(),
      geography:
        geography === "same"
          ? undefined
          : { type: geography, countries: wordsOf(form.countries.toUpperCase()) },
    },
  };
}

/** A line each, by which two people's are compared. */
export function tenantLines(settings: TenantSettings, groups: readonly ConnectionGroup[]): string {
  const { domains, connectionGroup, enabled, parameters, customizations } = settings;
  const { certificate, webAcl, geography } = customizations;
  const group = groups.find(({ id }) => id === connectionGroup);
  return [
    ...domains.map((domain) => `domain ${domain}`),
    `connection group ${group === undefined ? connectionGroup : groupName(group)}`,
    enabled ? "enabled" : "disabled",
    ...Object.entries(parameters).map(([name, value]) => `${name} = ${value}`),
    ...(geography ? [`countries ${geography.type} ${geography.countries.join(", ")}`] : []),
    ...(certificate === "" ? [] : [`certificate ${certificate}`]),
    ...(webAcl === undefined ? [] : [`web ACL ${webAcl || "none"}`]),
    "",
  ].join("\n");
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
