/**
 * What origins name besides themselves: the origin access controls and VPC origins of an account.
 *
 * A configuration is the same object as long as it did not change, so what was worked out from it is
 * known to be valid by the object alone.
 */
import type { Distribution } from "../../model/distribution.ts";
import type { ResourceConfigs } from "../../model/resource.ts";
import type { State } from "../../state/state.ts";

export interface OriginResources {
  findAccessControl(id: string): ResourceConfigs["origin-access-control"] | undefined;
  findVpcOrigin(id: string): ResourceConfigs["vpc-origin"] | undefined;
}

/** Of an account that has created none. */
export const noOriginResources: OriginResources = {
  findAccessControl: () => undefined,
  findVpcOrigin: () => undefined,
};

/** Those of an account at one state: the very same as long as none of them is another. */
export function originResourcesOf(
  { resources }: Pick<State, "resources">,
  previous?: AccountOriginResources,
): AccountOriginResources {
  const controls = resources.get("origin-access-control");
  const vpcOrigins = resources.get("vpc-origin");
  if (previous?.controls === controls && previous?.vpcOrigins === vpcOrigins) {
    return previous ?? new AccountOriginResources(controls, vpcOrigins);
  }
  return new AccountOriginResources(controls, vpcOrigins);
}

type Stored = ReturnType<State["resources"]["get"]>;

export class AccountOriginResources implements OriginResources {
  readonly controls: Stored;
  readonly vpcOrigins: Stored;

  constructor(controls: Stored, vpcOrigins: Stored) {
    this.controls = controls;
    this.vpcOrigins = vpcOrigins;
  }

  findAccessControl(id: string): ResourceConfigs["origin-access-control"] | undefined {
    return this.controls?.get(id)?.config as ResourceConfigs["origin-access-control"] | undefined;
  }

  findVpcOrigin(id: string): ResourceConfigs["vpc-origin"] | undefined {
    return this.vpcOrigins?.get(id)?.config as ResourceConfigs["vpc-origin"] | undefined;
  }
}

/** @returns what the origins of a configuration name, in their order; undefined for what is not there */
export function namedByOrigins(
  config: Distribution["config"],
  resources: OriginResources,
): readonly (object | undefined)[] {
  const named: (object | undefined)[] = [];
  for (const { OriginAccessControlId, VpcOriginConfig } of config.Origins?.Items ?? []) {
    if (OriginAccessControlId) named.push(resources.findAccessControl(OriginAccessControlId));
    if (VpcOriginConfig) named.push(resources.findVpcOrigin(VpcOriginConfig.VpcOriginId ?? ""));
  }
  return named;
}
