import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "./change.ts";
import { allResources, findResource, isManaged, ownResources } from "./resources.ts";
import { changeOf, sampleAccount, stateAfter } from "../../test/support/sample-changes.ts";
import { emptyState, type State } from "./state.ts";
import { tagsOf } from "./tags.ts";

const kind = "origin-access-control";
const config = (Name: string) => ({
  Name,
  SigningProtocol: "sigv4" as const,
  SigningBehavior: "always" as const,
  OriginAccessControlOriginType: "s3" as const,
});
const created: Fact = { type: "resource-created", kind, id: "E1", config: config("one") };

function fold(...facts: readonly Fact[]): State {
  return stateAfter(...facts.map((fact, second) => changeOf(fact, second)));
}

test("applyChange() keeps a created resource at version 1, under its kind and id", () => {
  const state = fold(created);
  assert.deepEqual(findResource(state, kind, "E1"), {
    kind,
    id: "E1",
    config: config("one"),
    attributes: {},
    version: 1,
    deployRevision: 1,
    createdTime: "2025-01-01T00:00:00.000Z",
    lastModifiedTime: "2025-01-01T00:00:00.000Z",
  });
  assert.equal(findResource(state, "public-key", "E1"), undefined);
});

test("applyChange() counts an update, and keeps when the resource was created", () => {
  const state = fold(created, { type: "resource-updated", kind, id: "E1", config: config("two") });
  const { version, createdTime, lastModifiedTime, config: now } = findResource(state, kind, "E1")!;
  assert.deepEqual([version, now.Name], [2, "two"]);
  assert.deepEqual(
    [createdTime, lastModifiedTime],
    ["2025-01-01T00:00:00.000Z", "2025-01-01T00:00:01.000Z"],
  );
});

test("applyChange() copies what is published to LIVE, with its version, and counts nothing", () => {
  const updated: Fact = { type: "resource-updated", kind, id: "E1", config: config("two") };
  const state = fold(created, { type: "resource-published", kind, id: "E1" }, updated);
  const { version, live } = findResource(state, kind, "E1")!;
  assert.deepEqual([version, live?.version, live?.config.Name], [2, 1, "one"]);
});

test("applyChange() removes a deleted resource and its tags", () => {
  const arn = `arn:aws:cloudfront::${sampleAccount}:${kind}/E1`;
  const tags = [{ Key: "team", Value: "edge" }];
  const tagged = fold({ ...created, tags });
  assert.deepEqual(tagsOf(tagged, arn), tags);
  const state = fold({ ...created, tags }, { type: "resource-deleted", kind, id: "E1" });
  assert.deepEqual([ownResources(state, kind), tagsOf(state, arn)], [[], []]);
  assert.equal(state.resources.size, 0);
});

test("applyChange() refuses a resource fact that does not fit the state", () => {
  assert.throws(() => fold(created, created), /resource-created, but "E1" is there already/);
  assert.throws(() => fold({ type: "resource-deleted", kind, id: "E1" }), /there is no "E1"/);
});

test("tags-set replaces all tags of an ARN, and deleting a function removes its", () => {
  const arn = `arn:aws:cloudfront::${sampleAccount}:function/hello`;
  const fn = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
  const hello: Fact = {
    type: "function-created",
    name: "hello",
    config: fn,
    code: "",
    tags: [{ Key: "a", Value: "1" }],
  };
  const set: Fact = { type: "tags-set", arn, tags: [{ Key: "b", Value: "2" }] };
  assert.deepEqual(tagsOf(fold(hello), arn), [{ Key: "a", Value: "1" }]);
  assert.deepEqual(tagsOf(fold(hello, set), arn), [{ Key: "b", Value: "2" }]);
  assert.deepEqual(tagsOf(fold(hello, set, { type: "function-deleted", name: "hello" }), arn), []);
});

test("findResource() knows AWS's own policies in every account", () => {
  const id = "658327ea-f89d-4fab-a63d-7e88639e58f6";
  const policy = findResource(emptyState(sampleAccount), "cache-policy", id);
  assert.deepEqual([policy?.config.Name, policy?.version], ["Managed-CachingOptimized", 0]);
  assert.ok(isManaged("cache-policy", id));
  assert.equal(allResources(emptyState(sampleAccount), "cache-policy").length, 11);
  assert.equal(ownResources(emptyState(sampleAccount), "cache-policy").length, 0);
});
