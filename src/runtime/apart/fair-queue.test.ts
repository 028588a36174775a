import assert from "node:assert/strict";
import { test } from "node:test";
import { FairQueue, type QueueEntry } from "./fair-queue.ts";

interface Named extends QueueEntry {
  readonly name: string;
}

/** `a1x`: group a, member 1, entry x. */
const entry = (name: string): Named => ({ group: name[0]!, member: name[1]!, name });

function takeAll(queue: FairQueue<Named>): string[] {
  const names: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    names.push(next.name);
    queue.done(next);
  }
  return names;
}

test("take() gives groups their turns, and the members of a group theirs", () => {
  const queue = new FairQueue<Named>(10);
  for (const name of ["a1x", "a1y", "a1z", "a2x", "b1x", "b1y"]) queue.add(entry(name));
  assert.deepEqual(takeAll(queue), ["a1x", "b1x", "a2x", "b1y", "a1y", "a1z"]);
  assert.equal(queue.size, 0);
});

test("take() gives nobody a second entry while the first is out", () => {
  const queue = new FairQueue<Named>(10);
  for (const name of ["a1x", "a1y", "a2x"]) queue.add(entry(name));
  const first = queue.take()!;
  assert.deepEqual([first.name, queue.take()?.name, queue.take()], ["a1x", "a2x", undefined]);
  queue.done(first);
  assert.equal(queue.take()?.name, "a1y");
});

test("add() puts out the last entry of who has most for one of somebody else", () => {
  const queue = new FairQueue<Named>(3);
  for (const name of ["a1x", "a1y", "a1z"]) assert.equal(queue.add(entry(name)), undefined);
  assert.equal(queue.add(entry("a1u"))?.name, "a1u");
  assert.equal(queue.add(entry("a2x"))?.name, "a1z");
  // With one entry less it would only be the other's turn to have most.
  assert.equal(queue.add(entry("a2y"))?.name, "a2y");
  assert.equal(queue.size, 3);
  assert.deepEqual(takeAll(queue), ["a1x", "a2x", "a1y"]);
});

test("clear() hands out all that waits", () => {
  const queue = new FairQueue<Named>(3);
  for (const name of ["a1x", "b1x"]) queue.add(entry(name));
  assert.deepEqual(
    queue.clear().map(({ name }) => name),
    ["a1x", "b1x"],
  );
  assert.equal(queue.take(), undefined);
});
