import assert from "node:assert/strict";
import { test } from "node:test";
import { supportedOperations } from "../operations.ts";
import { enforcementOf } from "./enforcement.ts";

test("enforcementOf() has judged every operation that is done", () => {
  const unjudged = supportedOperations.filter((name) => enforcementOf(name) === undefined);
  assert.deepEqual(unjudged, []);
});

test("enforcementOf() gives a resource's operations the judgement of its row", () => {
  assert.equal(enforcementOf("CreateVpcOrigin")?.edge, "partly");
  assert.equal(enforcementOf("ListPublicKeys")?.edge, "yes");
  assert.equal(enforcementOf("ListTrustStores")?.edge, "partly");
  assert.equal(enforcementOf("PublishFunction")?.edge, "yes");
  assert.equal(enforcementOf("PublishConnectionFunction")?.edge, "yes");
  assert.equal(enforcementOf("UpdateDistribution")?.edge, "partly");
  assert.equal(enforcementOf("UpdateDistributionTenant")?.edge, "partly");
  assert.equal(enforcementOf("TagResource")?.edge, "not applicable");
});
