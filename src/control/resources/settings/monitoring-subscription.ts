/** Monitoring subscriptions: whether a distribution has additional metrics. */
import { requireDistribution } from "../../distributions/find-distribution.ts";
import type { Input, ResourceRow } from "../resource-row.ts";

const distributionIdIn = (input: Input): string => input["DistributionId"] as string;

/** A distribution has at most one, so the distribution's id is its id. */
export const monitoringSubscription: ResourceRow<"monitoring-subscription"> = {
  kind: "monitoring-subscription",
  label: "monitoring subscription",
  operations: {
    create: "CreateMonitoringSubscription",
    get: "GetMonitoringSubscription",
    delete: "DeleteMonitoringSubscription",
  },
  configMember: "MonitoringSubscription",
  errors: {
    missing: "NoSuchMonitoringSubscription",
    exists: "MonitoringSubscriptionAlreadyExists",
  },
  enforced: { edge: "yes" },
  newId: distributionIdIn,
  keyOf: distributionIdIn,
  prepare: (input, state) => void requireDistribution(state, distributionIdIn(input)),
};
