/**
 * Continuous deployment policies: which viewers of a primary distribution a staging one serves.
 *
 * Source: CloudFront API Reference, ContinuousDeploymentPolicyConfig; Developer Guide, "Use
 * CloudFront continuous deployment to safely test CDN configuration changes".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { ContinuousDeploymentPolicyConfig } from "../../../schema/shapes.ts";
import { ownResources } from "../../../state/resources.ts";
import { isHeaderValue } from "../../header-text.ts";
import { newUuid } from "../resource-id.ts";
import type { ResourceRow, Subject } from "../resource-row.ts";

type Config = ContinuousDeploymentPolicyConfig;
type Traffic = NonNullable<Config["TrafficConfig"]>;

export const continuousDeploymentPolicy: ResourceRow<"continuous-deployment-policy"> = {
  kind: "continuous-deployment-policy",
  label: "continuous deployment policy",
  operations: {
    create: "CreateContinuousDeploymentPolicy",
    get: "GetContinuousDeploymentPolicy",
    getConfig: "GetContinuousDeploymentPolicyConfig",
    update: "UpdateContinuousDeploymentPolicy",
    delete: "DeleteContinuousDeploymentPolicy",
    list: "ListContinuousDeploymentPolicies",
  },
  configMember: "ContinuousDeploymentPolicyConfig",
  collection: "continuous-deployment-policy",
  errors: {
    missing: "NoSuchContinuousDeploymentPolicy",
    inUse: "ContinuousDeploymentPolicyInUse",
    tooMany: "TooManyContinuousDeploymentPolicies",
  },
  texts: {
    inUse:
      "The specified continuous deployment policy is currently associated with a distribution.",
  },
  quota: "continuousDeploymentPoliciesPerAccount",
  enforced: { edge: "yes" },
  newId: newUuid,
  check,
};

function check(config: Config, subject: Subject<"continuous-deployment-policy">): void {
  checkStaging(config, subject);
  if (config.TrafficConfig) checkTraffic(config.TrafficConfig);
}

function checkStaging(
  config: Config,
  { state, old }: Subject<"continuous-deployment-policy">,
): void {
  const names = config.StagingDistributionDnsNames?.Items ?? [];
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new InvalidArgument(
      `The parameter StagingDistributionDnsNames must have one domain name, got ${names.length}`,
    );
  }
  const staging = state.distributions.find(({ domainName }) => domainName === name);
  if (!staging?.config.Staging) {
    throw new InvalidArgument(
      `The parameter StagingDistributionDnsNames must name a staging distribution of the account, got "${name}"`,
    );
  }
  const other = ownResources(state, "continuous-deployment-policy").find(
    (policy) =>
      policy.id !== old?.id && policy.config.StagingDistributionDnsNames?.Items?.includes(name),
  );
  if (other === undefined) return;
  throw new ApiError(
    "StagingDistributionInUse",
    `The staging distribution ${name} is used by the continuous deployment policy ${other.id}`,
  );
}

function checkTraffic({ Type, SingleWeightConfig, SingleHeaderConfig }: Traffic): void {
  const given = { SingleWeight: SingleWeightConfig, SingleHeader: SingleHeaderConfig };
  for (const [type, config] of Object.entries(given)) {
    if ((type === Type) === (config !== undefined)) continue;
    throw new InvalidArgument(
      `TrafficConfig of Type ${Type} must have ${Type}Config and no other, ${type}Config is ${config ? "there" : "missing"}`,
    );
  }
  if (SingleWeightConfig) checkWeight(SingleWeightConfig);
  const { Header = "", Value = "" } = SingleHeaderConfig ?? {};
  if (SingleHeaderConfig && !/^aws-cf-cd-[\w-]+$/i.test(Header)) {
    throw new InvalidArgument(
      `The header of SingleHeaderConfig must begin with "aws-cf-cd-", got "${Header}"`,
    );
  }
  if (SingleHeaderConfig && (Value === "" || Value.length > 1783 || !isHeaderValue(Value))) {
    throw new InvalidArgument(
      `The value of SingleHeaderConfig must have 1 to 1783 characters that a header's value can have, got ${Value.length}: ${JSON.stringify(Value.slice(0, 100))}`,
    );
  }
}

function checkWeight({
  Weight = 0,
  SessionStickinessConfig: sticky,
}: NonNullable<Traffic["SingleWeightConfig"]>): void {
  if (Weight < 0 || Weight > 0.15) {
    throw new InvalidArgument(`The parameter Weight must be from 0 to 0.15, got ${Weight}`);
  }
  if (sticky === undefined) return;
  for (const name of ["IdleTTL", "MaximumTTL"] as const) {
    const seconds = sticky[name] ?? 0;
    if (seconds >= 300 && seconds <= 3600) continue;
    throw new InvalidArgument(
      `The parameter ${name} must be from 300 to 3600 seconds, got ${seconds}`,
    );
  }
  if ((sticky.IdleTTL ?? 0) > (sticky.MaximumTTL ?? 0)) {
    throw new InvalidArgument(
      `IdleTTL must be at most MaximumTTL, got ${sticky.IdleTTL} and ${sticky.MaximumTTL}`,
    );
  }
}
