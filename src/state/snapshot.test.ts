import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contentOf,
  distributionCreated,
  functionCreated,
  functionPublished,
  functionUpdated,
  sampleAccount,
  stateAfter,
} from "./sample-changes.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";

const published = [functionCreated("hello", "b25l", 1), functionPublished("hello", 2)];

test("decodeSnapshot() gives back the state that encodeSnapshot() was given", () => {
  const states = [
    stateAfter(),
    stateAfter(...published, distributionCreated("E1", ["hello"])),
    stateAfter(...published, functionUpdated("hello", "dHdv", 3), functionCreated("other")),
  ];
  for (const state of states) {
    const restored = decodeSnapshot(encodeSnapshot(state), sampleAccount);
    assert.ok(restored);
    assert.deepEqual(contentOf(restored), contentOf(state));
  }
});

test("encodeSnapshot() keeps the code once, when both stages hold the same", () => {
  const text = new TextDecoder().decode(encodeSnapshot(stateAfter(...published)));
  assert.equal(text.split("b25l").length, 2);
});

test("decodeSnapshot() says whose the log is and what to do, when the account is another", () => {
  assert.throws(() => decodeSnapshot(encodeSnapshot(stateAfter()), "111111111111"), {
    message:
      "This change log belongs to account 000000000000, and the node was started for account " +
      "111111111111: start it with --account 000000000000, or with another log",
  });
});

test("decodeSnapshot() answers undefined, when the bytes are in no format it reads", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  for (const text of ["", "{", "null", "{}", '{"format":999,"account":"000000000000"}']) {
    assert.equal(decodeSnapshot(bytes(text), sampleAccount), undefined);
  }
});
