import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import { behavior, distributionOf, originConfig } from "../../../test/edge/viewer-scene.ts";
import type { Distribution } from "../../model/distribution.ts";
import type { Resource } from "../../model/resource.ts";
import { emptyState, type State } from "../../state/state.ts";
import { deploy } from "./deployment.ts";

const config: Distribution["config"] = {
  CallerReference: "",
  Comment: "",
  Enabled: true,
  Origins: { Quantity: 1, Items: [originConfig(80)] },
  DefaultCacheBehavior: behavior(),
};

const policy: Resource<"continuous-deployment-policy"> = {
  kind: "continuous-deployment-policy",
  id: "P1",
  config: {
    Enabled: true,
    StagingDistributionDnsNames: { Quantity: 1, Items: ["e2.cloudfront.localhost"] },
    TrafficConfig: {
      Type: "SingleWeight",
      SingleWeightConfig: {
        Weight: 0.1,
        SessionStickinessConfig: { IdleTTL: 300, MaximumTTL: 600 },
      },
    },
  },
  attributes: {},
  version: 1,
  deployRevision: 1,
  createdTime: "2026-01-01T00:00:00.000Z",
  lastModifiedTime: "2026-01-01T00:00:00.000Z",
};

function stateWith(changes: Partial<State> = {}, changed: Partial<typeof policy> = {}): State {
  const empty = emptyState("000000000000");
  const primary = { ...config, ContinuousDeploymentPolicyId: "P1" };
  return {
    ...empty,
    distributions: Map([
      ["E1", distributionOf("E1", "e1.cloudfront.localhost", primary)],
      ["E2", distributionOf("E2", "e2.cloudfront.localhost", { ...config, Staging: true })],
    ]),
    resources: empty.resources.set(
      "continuous-deployment-policy",
      Map([["P1", { ...policy, ...changed }]]),
    ),
    ...changes,
  };
}

test("continuousDeploymentsOf() finds the staging distribution that a policy names, as it is deployed", () => {
  const { continuousDeployments, compiled } = deploy(stateWith());
  const found = continuousDeployments?.get("E1");
  assert.equal(found?.staging, compiled.get("E2")?.deployed);
  assert.equal(found?.traffic.type, "weight");
});

test("continuousDeploymentsOf() answers undefined where there are none", () => {
  const { resources } = emptyState("000000000000");
  assert.equal(deploy(stateWith({ resources })).continuousDeployments, undefined);
});

test("a deployment takes over what no change is about, and follows what one is about", () => {
  const state = stateWith();
  const before = deploy(state);
  const same = deploy({ ...state, revision: 2 }, before);
  assert.equal(same.continuousDeployments, before.continuousDeployments);
  const distributions = state.distributions.update("E2", (staging) => ({
    ...staging!,
    config: { ...staging!.config, DefaultRootObject: "index.html" },
  }));
  const after = deploy({ ...state, distributions }, before);
  const found = after.continuousDeployments?.get("E1");
  assert.equal(found?.staging.defaultRootObject, "index.html");
  const { resources } = stateWith({}, { config: { ...policy.config, Enabled: false } });
  assert.equal(deploy({ ...state, resources }, before).continuousDeployments, undefined);
});

test("sessions are signed with one key by all nodes, and with another once the policy has changed", () => {
  const keyOf = (state: State) => {
    const traffic = deploy(state).continuousDeployments?.get("E1")?.traffic;
    return traffic?.type === "weight" ? traffic.sessions?.key.export().toString("hex") : undefined;
  };
  assert.equal(keyOf(stateWith()), keyOf(stateWith()));
  assert.notEqual(keyOf(stateWith()), keyOf(stateWith({}, { version: 2 })));
});
