/**
 * What a distribution tenant has beside the settings of its multi-tenant distribution.
 *
 * Source: CloudFront Developer Guide, "Distribution tenant customizations" and "Helper methods for
 * CloudFront SaaS Manager properties".
 */
import type { Distribution } from "../../model/distribution.ts";
import type { Resource } from "../../model/resource.ts";

export interface DeployedTenant {
  readonly id: string;
  /** The domain name of the connection group that viewers come through. */
  readonly endpoint: string;
  /** Its own values, and the distribution's default values of the others. */
  readonly parameters: ReadonlyMap<string, string>;
  /**
   * What functions can ask of it, in ASCII: a JSON list of its id, then each parameter's name and value. It is
   * written once, as each event of the tenant's carries it.
   */
  readonly told: string;
}

/** @param endpoint its connection group's */
export function deployedTenant(
  { id, config }: Resource<"distribution-tenant">,
  template: Distribution["config"],
  endpoint: string,
): DeployedTenant {
  const parameters = new Map<string, string>();
  for (const { Name, Definition } of template.TenantConfig?.ParameterDefinitions ?? []) {
    const value = Definition?.StringSchema?.DefaultValue;
    if (Name !== undefined && value) parameters.set(Name, value);
  }
  for (const { Name, Value } of config.Parameters ?? []) {
    if (Name !== undefined && Value !== undefined) parameters.set(Name, Value);
  }
  const told = inAscii(JSON.stringify([id, ...[...parameters].flat()]));
  return { id, endpoint, parameters, told };
}

function inAscii(json: string): string {
  return json.replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
