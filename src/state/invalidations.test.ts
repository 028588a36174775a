import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "./change.ts";
import { applyChange } from "./apply-change.ts";
import { invalidationsInProgress, invalidationsOf, newestFirst } from "./invalidations.ts";
import {
  changeOf,
  distributionConfig,
  distributionCreated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { emptyState, type State } from "./state.ts";

const invalidation = (id: string): Fact => ({
  type: "invalidation-created",
  distributionId: "E1",
  id,
  callerReference: id,
  paths: ["/*"],
});

function fold(state: State, ...facts: Fact[]): State {
  return facts.reduce(
    (before, fact) => applyChange(before, changeOf(fact), before.revision + 1),
    state,
  );
}

const withOne = applyChange(emptyState(sampleAccount), distributionCreated("E1"), 1);

test("invalidation-created keeps the revision that edges acknowledge", () => {
  const state = fold(withOne, invalidation("I1"), invalidation("I2"));
  assert.deepEqual(invalidationsOf(state, "E1").get("I2"), {
    id: "I2",
    callerReference: "I2",
    paths: ["/*"],
    createTime: "2025-01-01T00:00:00.000Z",
    revision: 3,
  });
  assert.deepEqual(
    [...newestFirst(state, "E1")].map(({ id }) => id),
    ["I2", "I1"],
  );
});

test("invalidation-created throws, when there is no such distribution or the id is taken", () => {
  assert.throws(() => fold(emptyState(sampleAccount), invalidation("I1")), /there is no "E1"/);
  assert.throws(() => fold(withOne, invalidation("I1"), invalidation("I1")), /is there already/);
});

test("invalidationsInProgress() gives those that some edge has not applied", () => {
  const state = fold(withOne, invalidation("I1"), invalidation("I2"), invalidation("I3"));
  const inProgress = (applied: number): string[] =>
    invalidationsInProgress(state, "E1", (revision) => revision <= applied).map(({ id }) => id);
  assert.deepEqual(inProgress(1), ["I3", "I2", "I1"]);
  assert.deepEqual(inProgress(3), ["I3"]);
  assert.deepEqual(inProgress(4), []);
});

test("invalidation-created forgets the oldest beyond 5,000", () => {
  const many = Array.from({ length: 5_001 }, (_, index) => invalidation(`I${index}`));
  const kept = invalidationsOf(fold(withOne, ...many), "E1");
  assert.equal(kept.size, 5_000);
  assert.deepEqual([kept.first()?.id, kept.last()?.id], ["I1", "I5000"]);
});

test("distribution-deleted forgets its invalidations", () => {
  const state = fold(withOne, invalidation("I1"), { type: "distribution-deleted", id: "E1" });
  assert.equal(state.invalidations.size, 0);
});

test("distributions-updated changes several distributions and a policy in one change", () => {
  const kind = "continuous-deployment-policy";
  const StagingDistributionDnsNames = { Quantity: 1, Items: ["d2"] };
  const config = { StagingDistributionDnsNames, Enabled: true };
  const both = applyChange(withOne, distributionCreated("E2"), 2);
  const state = fold(
    both,
    { type: "resource-created", kind, id: "P1", config },
    {
      type: "distributions-updated",
      id: "E1",
      configs: {
        E1: { ...distributionConfig(["one"]), Comment: "one" },
        E2: { ...distributionConfig([]), Comment: "two" },
      },
      policies: { P1: { ...config, Enabled: false } },
    },
  );
  const [first, second] = [state.distributions.get("E1"), state.distributions.get("E2")];
  assert.deepEqual([first?.config.Comment, first?.version, first?.deployRevision], ["one", 2, 4]);
  assert.deepEqual([second?.config.Comment, second?.version], ["two", 2]);
  assert.deepEqual(state.distributionsUsing.get("one")?.toArray(), ["E1"]);
  assert.deepEqual(state.resources.get(kind)?.get("P1")?.config, { ...config, Enabled: false });
});

const tenantCreated: Fact = {
  type: "resource-created",
  kind: "distribution-tenant",
  id: "dt_1",
  config: { Name: "t", DistributionId: "E1", Domains: [{ Domain: "t.example.com" }] },
};

test("invalidation-created is a tenant's own where it names one, and goes with the tenant", () => {
  const ofTenant = { ...invalidation("I2"), tenantId: "dt_1" } as Fact;
  assert.throws(() => fold(withOne, ofTenant), /there is no "dt_1"/);
  const state = fold(withOne, tenantCreated, invalidation("I1"), ofTenant);
  assert.deepEqual([...invalidationsOf(state, "E1").keys()], ["I1"]);
  assert.deepEqual([...invalidationsOf(state, "dt_1").keys()], ["I2"]);
  const gone = fold(state, { type: "resource-deleted", kind: "distribution-tenant", id: "dt_1" });
  assert.deepEqual([...gone.invalidations.keys()], ["E1"]);
});
