import assert from "node:assert/strict";
import { test } from "node:test";
import { applyChange } from "./apply-change.ts";
import type { Change } from "./change.ts";
import {
  changeOf,
  contentOf,
  distributionConfig,
  distributionCreated,
  distributionDeleted,
  distributionUpdated,
  functionCreated,
  functionDeleted,
  functionPublished,
  functionUpdated,
  sampleAccount,
  stateAfter,
} from "../../test/support/sample-changes.ts";
import { emptyState } from "./state.ts";

function second(value: number): string {
  return `2025-01-01T00:00:${String(value).padStart(2, "0")}.000Z`;
}

test("applyChange() makes DEVELOPMENT at version 1 and no LIVE, when a function is created", () => {
  const state = stateAfter(functionCreated("hello", "b25l", 1));
  assert.equal(state.revision, 1);
  assert.deepEqual(state.functions.get("hello"), {
    name: "hello",
    development: {
      config: { Comment: "", Runtime: "cloudfront-js-2.0" },
      code: "b25l",
      version: 1,
      createdTime: second(1),
      lastModifiedTime: second(1),
    },
  });
});

test("applyChange() replaces DEVELOPMENT and leaves LIVE, when a function is updated", () => {
  const published = stateAfter(functionCreated("hello", "b25l", 1), functionPublished("hello", 2));
  const state = applyChange(published, functionUpdated("hello", "dHdv", 3), 3);
  const fn = state.functions.get("hello");
  assert.deepEqual(fn?.development, {
    config: { Comment: "edited", Runtime: "cloudfront-js-2.0" },
    code: "dHdv",
    version: 2,
    createdTime: second(1),
    lastModifiedTime: second(3),
  });
  assert.equal(fn?.live, published.functions.get("hello")?.live);
});

test("applyChange() copies DEVELOPMENT to LIVE with times of its own, when a function is published", () => {
  const state = stateAfter(
    functionCreated("hello", "b25l", 1),
    functionPublished("hello", 2),
    functionUpdated("hello", "dHdv", 3),
    functionPublished("hello", 4),
  );
  const fn = state.functions.get("hello");
  assert.deepEqual(fn?.live, {
    ...fn?.development,
    createdTime: second(2),
    lastModifiedTime: second(4),
  });
  assert.equal(fn?.live?.version, 2);
});

test("applyChange() deploys the distributions that use a function anew, when it is published", () => {
  const state = stateAfter(
    functionCreated("hello"),
    functionCreated("hello-2"),
    distributionCreated("EUSES", ["hello"], 1),
    distributionCreated("EOTHER", ["hello-2"], 1),
    distributionCreated("EBOTH", ["hello-2", "hello"], 1),
    functionPublished("hello", 2),
  );
  const deployed = state.distributions.map(({ version, deployRevision, lastModifiedTime }) => [
    version,
    deployRevision,
    lastModifiedTime,
  ]);
  assert.deepEqual(deployed.toObject(), {
    EUSES: [2, 6, second(1)],
    EOTHER: [1, 4, second(1)],
    EBOTH: [2, 6, second(1)],
  });
});

test("applyChange() removes both stages, when a function is deleted", () => {
  const changes = [functionCreated("hello"), functionPublished("hello"), functionDeleted("hello")];
  assert.equal(stateAfter(...changes).functions.size, 0);
});

test("applyChange() starts a function's version anew, when it is created after a deletion", () => {
  const gone = [functionCreated("hello"), functionUpdated("hello", ""), functionDeleted("hello")];
  const state = stateAfter(...gone, functionCreated("hello"));
  assert.equal(state.functions.get("hello")?.development.version, 1);
});

test("applyChange() gives a distribution version 1 and its revision, when it is created", () => {
  const state = stateAfter(functionCreated("hello"), distributionCreated("E1", ["hello"], 5));
  assert.deepEqual(state.distributions.get("E1"), {
    id: "E1",
    domainName: "de1.cloudfront.localhost",
    config: distributionConfig(["hello"]),
    version: 1,
    deployRevision: 2,
    lastModifiedTime: second(5),
  });
});

test("applyChange() replaces a distribution's configuration and keeps its names, when it is updated", () => {
  const state = stateAfter(distributionCreated("E1"), distributionUpdated("E1", ["hello"], 7));
  assert.deepEqual(state.distributions.get("E1"), {
    id: "E1",
    domainName: "de1.cloudfront.localhost",
    config: distributionConfig(["hello"]),
    version: 2,
    deployRevision: 2,
    lastModifiedTime: second(7),
  });
});

test("applyChange() keeps distributionsUsing up to date, when distributions come, change and go", () => {
  const usersOf = (name: string, ...changes: Change[]): string[] | undefined =>
    stateAfter(...changes)
      .distributionsUsing.get(name)
      ?.toArray();
  const created = [distributionCreated("E1", ["a", "b"]), distributionCreated("E2", ["a"])];
  assert.deepEqual(usersOf("a", ...created)?.sort(), ["E1", "E2"]);
  assert.deepEqual(usersOf("b", ...created), ["E1"]);
  assert.deepEqual(usersOf("a", ...created, distributionUpdated("E1", ["c"])), ["E2"]);
  assert.deepEqual(usersOf("c", ...created, distributionUpdated("E1", ["c"])), ["E1"]);
  assert.equal(usersOf("b", ...created, distributionUpdated("E1", ["c"])), undefined);
  assert.deepEqual(usersOf("a", ...created, distributionDeleted("E2")), ["E1"]);
});

test("applyChange() empties the account and goes on counting revisions, when it is reset", () => {
  const reset = changeOf({ type: "account-reset" });
  const state = stateAfter(functionCreated("hello"), distributionCreated("E1", ["hello"]), reset);
  assert.deepEqual(contentOf(state), contentOf({ ...emptyState(sampleAccount), revision: 3 }));
});

test("applyChange() leaves the state it was given as it was", () => {
  const before = stateAfter(functionCreated("hello"), distributionCreated("E1", ["hello"]));
  const content = structuredClone(contentOf(before));
  applyChange(before, functionPublished("hello"), 3);
  applyChange(before, distributionUpdated("E1", ["other"]), 3);
  assert.deepEqual(contentOf(before), content);
});

const unfitting: [Change, RegExp][] = [
  [functionCreated("hello"), /function-created, but "hello" is there already/],
  [functionUpdated("gone", ""), /function-updated, but there is no "gone"/],
  [functionPublished("gone"), /function-published, but there is no "gone"/],
  [functionDeleted("gone"), /function-deleted, but there is no "gone"/],
  [distributionCreated("E1"), /distribution-created, but "E1" is there already/],
  [distributionUpdated("E2", []), /distribution-updated, but there is no "E2"/],
  [distributionDeleted("E2"), /distribution-deleted, but there is no "E2"/],
];
for (const [change, message] of unfitting) {
  test(`applyChange() throws, when ${change.type} does not fit the state`, () => {
    const state = stateAfter(functionCreated("hello"), distributionCreated("E1"));
    assert.throws(() => applyChange(state, change, 3), message);
  });
}

test("applyChange() throws, when changes before this one are missing", () => {
  assert.throws(() => applyChange(stateAfter(), functionCreated("hello"), 2), {
    message: "Change 2 cannot follow on revision 0",
  });
});

test("applyChange() keeps the access keys when the account is reset", () => {
  const key = { id: "AKIA1", user: "deploy", sealedSecret: "sealed", policy: "{}" };
  const created = applyChange(
    emptyState(sampleAccount),
    changeOf({ type: "access-key-created", ...key }),
    1,
  );
  const reset = applyChange(created, changeOf({ type: "account-reset" }), 2);
  assert.deepEqual(reset.accessKeys.get("AKIA1"), {
    ...key,
    createdTime: "2025-01-01T00:00:00.000Z",
  });
  const deleted = applyChange(reset, changeOf({ type: "access-key-deleted", id: "AKIA1" }), 3);
  assert.equal(deleted.accessKeys.size, 0);
});
