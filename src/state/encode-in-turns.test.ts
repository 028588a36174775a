import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyValuePair } from "../model/key-value-store.ts";
import { applyChange } from "./apply-change.ts";
import { encodeInTurns, noteEncoded } from "./encode-in-turns.ts";
import {
  distributionCreated,
  functionCreated,
  functionPublished,
  sampleAccount,
  stateAfter,
} from "../../test/support/sample-changes.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import type { State } from "./state.ts";

function withStore(state: State, count: number): State {
  const pairs = Array.from({ length: count }, (_, index): KeyValuePair => [
    `key-${index}`,
    "ü\ud800".repeat(9),
  ]);
  const id = "11111111-2222-4333-8444-555555555555";
  const { at, cause } = functionCreated("any");
  const change = { type: "key-value-store-created", id, name: "store", pairs, at, cause } as const;
  return applyChange(state, change, state.revision + 1);
}

const small = stateAfter(
  functionCreated("hello"),
  functionPublished("hello", 2),
  distributionCreated("E1", ["hello"]),
);

test("encodeInTurns() encodes what encodeSnapshot() encodes, whatever the size", async () => {
  for (const state of [
    stateAfter(),
    small,
    ...[0, 1, 99, 100, 101, 20_000].map((n) => withStore(small, n)),
  ]) {
    const bytes = await encodeInTurns(state);
    assert.equal(Buffer.compare(bytes, encodeSnapshot(state)), 0);
    const restored = decodeSnapshot(bytes, sampleAccount);
    const size = (one: State | undefined): unknown => one?.keyValueStores.first()?.pairs.size;
    assert.equal(size(restored), size(state));
  }
});

test("encodeInTurns() lets others take their turns, and encodes a state once for all who ask", async () => {
  const state = withStore(small, 50_000);
  let turns = 0;
  const count = setInterval(() => (turns += 1), 0);
  const [one, other] = await Promise.all([encodeInTurns(state), encodeInTurns(state)]);
  clearInterval(count);
  assert.equal(one, other);
  assert.ok(turns > 2, `${turns} turns`);
});

test("encodeInTurns() gives back what a state was decoded from, and encodes what an earlier release wrote", async () => {
  const bytes = encodeSnapshot(stateAfter(functionCreated("hello")));
  const [newest, earlier] = [
    decodeSnapshot(bytes, sampleAccount),
    decodeSnapshot(bytes, sampleAccount),
  ];
  assert.ok(newest && earlier);
  noteEncoded(newest, bytes);
  assert.equal(await encodeInTurns(newest), bytes);
  noteEncoded(earlier, new TextEncoder().encode('{"format":6,'));
  assert.deepEqual(new Uint8Array(await encodeInTurns(earlier)), bytes);
});
