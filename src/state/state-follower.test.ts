import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { Entry } from "../log/change-log.ts";
import {
  entriesOf,
  functionCreated,
  functionDeleted,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { StateFollower } from "./state-follower.ts";
import { emptyState } from "./state.ts";

const [a, b, c] = entriesOf(functionCreated("a"), functionCreated("b"), functionCreated("c")) as [
  Entry,
  Entry,
  Entry,
];

function newFollower(): StateFollower {
  return new StateFollower(emptyState(sampleAccount), silentLogger);
}

test("StateFollower.apply() moves the state and tells listeners state, previous state and entry", () => {
  const follower = newFollower();
  const heard: [number, number, Entry][] = [];
  const stop = follower.onChange((state, previous, applied) =>
    heard.push([state.functions.size, previous.functions.size, applied]),
  );
  follower.apply(a);
  follower.apply(b);
  stop();
  follower.apply(c);
  assert.deepEqual(heard, [
    [1, 0, a],
    [2, 1, b],
  ]);
  assert.equal(follower.state.revision, 3);
});

test("StateFollower.apply() passes over an entry that is in the state already", () => {
  const follower = newFollower();
  for (const next of [a, b, a, b, c]) follower.apply(next);
  assert.equal(follower.state.functions.size, 3);
});

test("StateFollower.apply() stops for good, when entries are missing", async () => {
  const follower = newFollower();
  follower.apply(a);
  const waiting = follower.whenAt(2);
  assert.throws(
    () => follower.apply(c),
    /Cannot apply change 3 of the log. Change 3 cannot follow/,
  );
  assert.throws(() => follower.apply(b), /Cannot apply change 3/);
  await assert.rejects(waiting, /Cannot apply change 3/);
  assert.equal(follower.state.revision, 1);
});

test("StateFollower.apply() names the revision, when a newer Footlight wrote it", () => {
  const bytes = new TextEncoder().encode('{"format":1,"change":{"type":"function-renamed"}}');
  assert.throws(() => newFollower().apply({ revision: 1, bytes }), {
    message: /^Cannot apply change 1 of the log. The log was written by a newer Footlight/,
  });
});

test("StateFollower.apply() names the revision, when the change does not fit", () => {
  assert.throws(() => newFollower().apply(entriesOf(functionDeleted("gone"))[0]!), {
    message: /^Cannot apply change 1 of the log. A change does not fit the state: function-deleted/,
  });
});

test("StateFollower.apply() tells the other listeners and logs, when one of them throws", async () => {
  const logged: string[] = [];
  const logger = { ...silentLogger, error: (_: object, text: string) => void logged.push(text) };
  const follower = new StateFollower(emptyState(sampleAccount), logger);
  let heard = 0;
  follower.onChange(() => {
    throw new Error("broken listener");
  });
  follower.onChange(() => (heard += 1));
  const waiting = follower.whenAt(1);
  follower.apply(a);
  assert.equal((await waiting).revision, 1);
  assert.equal(heard, 1);
  assert.deepEqual(logged, ["a listener of the state failed"]);
});

test("StateFollower.whenAt() gives the state of that very revision, when asked before it", async () => {
  const follower = newFollower();
  const waiting = follower.whenAt(2);
  for (const next of [a, b, c]) follower.apply(next);
  assert.equal((await waiting).revision, 2);
});

test("StateFollower.whenAt() gives the present state, when asked after it", async () => {
  const follower = newFollower();
  for (const next of [a, b, c]) follower.apply(next);
  assert.equal((await follower.whenAt(2)).revision, 3);
});

test("StateFollower.stop() rejects those who wait and those who come, and keeps the state", async () => {
  const follower = newFollower();
  follower.apply(a);
  const waiting = follower.whenAt(2);
  follower.stop(new Error("the node stops"));
  await assert.rejects(waiting, /the node stops/);
  await assert.rejects(follower.whenAt(2), /the node stops/);
  assert.equal((await follower.whenAt(1)).revision, 1);
});
