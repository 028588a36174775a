import assert from "node:assert/strict";
import { test } from "node:test";
import {
  distributionCreated,
  distributionDeleted,
  distributionUpdated,
  functionCreated,
  functionDeleted,
  functionPublished,
  functionUpdated,
  keyValueStoreCreated,
  sampleAccount,
  stateAfter,
} from "../../test/support/sample-changes.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import { differenceOf, withSlice } from "./state-difference.ts";
import type { State } from "./state.ts";

const many = Array.from({ length: 250 }, (_, index) => functionCreated(`many-${index}`));
const before = [
  ...[functionCreated("same"), functionPublished("same"), functionCreated("gone")],
  ...[functionCreated("edited"), functionPublished("edited")],
  ...[distributionCreated("ESAME", ["same"]), distributionCreated("EGONE", ["edited"])],
  ...[distributionCreated("EEDITED", ["edited"]), keyValueStoreCreated([["a", "1"]])],
];
const after = [
  ...before,
  ...[functionUpdated("edited", "dHdv"), functionPublished("edited"), functionDeleted("gone")],
  ...[distributionUpdated("EEDITED", ["same"]), distributionDeleted("EGONE")],
  ...many,
];

/** As one that a log's snapshot gives: no object of it is known. */
function read(state: State): State {
  return decodeSnapshot(encodeSnapshot(state), sampleAccount)!;
}

test("A difference in slices leads from the earlier state to the later, and leaves alone what is the same", () => {
  const from = stateAfter(...before);
  const to = read({ ...stateAfter(...after), head: "ab" });
  const slices = [...differenceOf(from, to)];
  assert.deepEqual(
    slices.map(({ isLast }) => isLast),
    [false, false, true],
  );
  const reached = slices.reduce(withSlice, from);
  assert.deepEqual(JSON.parse(sorted(reached)), JSON.parse(sorted(to)));
  assert.equal(reached.functions.get("same"), from.functions.get("same"));
  assert.equal(reached.distributions.get("ESAME"), from.distributions.get("ESAME"));
  assert.equal(reached.keyValueStores, from.keyValueStores);
  assert.notEqual(reached.functions.get("edited"), from.functions.get("edited"));
  assert.ok(to.distributionsUsing.equals(reached.distributionsUsing));
});

test("A difference of nothing is a slice that says the revision", () => {
  const state = stateAfter(...before);
  const [only, ...others] = differenceOf(state, read({ ...state, revision: 99, head: "cd" }));
  assert.deepEqual(others, []);
  const reached = withSlice(state, only!);
  assert.deepEqual([reached.revision, reached.head], [99, "cd"]);
  assert.equal(reached.functions, state.functions);
});

/** In which order a collection iterates means nothing. */
function sorted(state: State): string {
  const { functions, distributions, ...rest } = state;
  const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
  return JSON.stringify({
    ...rest,
    functions: functions.toArray().toSorted(byKey),
    distributions: distributions.toArray().toSorted(byKey),
    distributionsUsing: null,
  });
}
