import assert from "node:assert/strict";
import { test } from "node:test";
import { keyValueStoreArn } from "../model/key-value-store.ts";
import { applyChange } from "./apply-change.ts";
import type { Change } from "./change.ts";
import { readerFor } from "./key-value-reader.ts";
import {
  changeOf,
  functionCreated,
  functionPublished,
  keyValuesChanged,
  keyValueStoreCreated,
  sampleAccount,
  sampleStoreId as id,
} from "../../test/support/sample-changes.ts";
import { emptyState, type State } from "./state.ts";

function stateAfter(state: State, ...changes: Change[]): State {
  return changes.reduce(
    (before, change) => applyChange(before, change, before.revision + 1),
    state,
  );
}

const associated = (name: string): Change =>
  changeOf({
    type: "function-created",
    name,
    code: "",
    config: {
      Comment: "",
      Runtime: "cloudfront-js-2.0",
      KeyValueStoreAssociations: {
        Quantity: 1,
        Items: [{ KeyValueStoreARN: keyValueStoreArn(sampleAccount, id) }],
      },
    },
  });

const withStore = stateAfter(
  emptyState(sampleAccount),
  keyValueStoreCreated([["a", "1"]], 1),
  associated("one"),
  associated("two"),
  functionPublished("one"),
);
const copyOf = (state: State, name: string) => state.functions.get(name)!.development;

test("readerFor() reads the associated store, and what meta() tells of it", () => {
  const state = stateAfter(withStore, keyValuesChanged([["b", ""]], [], 5));
  const reader = readerFor(state, copyOf(state, "one"));
  assert.ok(reader);
  assert.deepEqual([reader.get("a"), reader.get("b"), reader.get("c")], ["1", "", undefined]);
  assert.deepEqual(
    [reader.id, reader.keyCount, reader.createdTime, reader.lastUpdatedTime],
    [id, 2, "2025-01-01T00:00:01.000Z", "2025-01-01T00:00:05.000Z"],
  );
});

test("readerFor() gives undefined, when the function has no store or the store is gone", () => {
  const without = stateAfter(withStore, functionCreated("none"));
  assert.equal(readerFor(without, copyOf(without, "none")), undefined);
  const gone = stateAfter(withStore, changeOf({ type: "key-value-store-deleted", id }));
  assert.equal(readerFor(gone, copyOf(gone, "one")), undefined);
});

test("readerFor() shares one reader between functions and stages, until the store changes", () => {
  const reader = readerFor(withStore, copyOf(withStore, "one"));
  assert.equal(readerFor(withStore, copyOf(withStore, "two")), reader);
  assert.equal(readerFor(withStore, withStore.functions.get("one")!.live!), reader);
  const published = stateAfter(withStore, functionPublished("two"));
  assert.equal(readerFor(published, copyOf(published, "two")), reader);
  const changed = stateAfter(withStore, keyValuesChanged([["a", "2"]]));
  assert.notEqual(readerFor(changed, copyOf(changed, "one")), reader);
});

test("StoreReader.get() goes on answering what was there, when the store changes", () => {
  const reader = readerFor(withStore, copyOf(withStore, "one"));
  const changed = stateAfter(withStore, keyValuesChanged([["a", "2"]]));
  assert.equal(reader?.get("a"), "1");
  assert.equal(readerFor(changed, copyOf(changed, "one"))?.get("a"), "2");
});
