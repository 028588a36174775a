import assert from "node:assert/strict";
import { test } from "node:test";
import { dataEtag, type KeyValueStore } from "../model/key-value-store.ts";
import { etagOf } from "../model/etag.ts";
import { applyChange } from "./apply-change.ts";
import type { Change } from "./change.ts";
import {
  changeOf,
  keyValuesChanged,
  keyValueStoreCreated,
  sampleStoreId as id,
  stateAfter,
} from "../../test/support/sample-changes.ts";

function storeAfter(...changes: Change[]): KeyValueStore {
  return stateAfter(...changes).keyValueStores.get(id)!;
}

const at = (second: number): string => `2025-01-01T00:00:0${second}.000Z`;

test("applyChange() makes a store at version 1 of both its ETags, with what was imported", () => {
  const { pairs, ...store } = storeAfter(keyValueStoreCreated([["ä", "€"]], 1));
  assert.deepEqual(pairs.toArray(), [["ä", "€"]]);
  assert.deepEqual(store, {
    id,
    name: "sample",
    comment: "",
    version: 1,
    dataVersion: 1,
    createdTime: at(1),
    lastModifiedTime: at(1),
    dataModifiedTime: at(1),
    sizeBytes: 5,
  });
});

test("applyChange() counts a write of pairs once, apart from the comment's version", () => {
  const store = storeAfter(
    keyValueStoreCreated([], 1),
    keyValuesChanged(
      [
        ["a", "1"],
        ["b", "2"],
      ],
      [],
      2,
    ),
    keyValuesChanged([], ["a"], 3),
    changeOf({ type: "key-value-store-updated", id, comment: "new" }, 4),
  );
  assert.deepEqual([dataEtag(store), etagOf(store.version)], ["KV1F83G8C2ARO7P", "E3UN6WX5RRO2AG"]);
  assert.deepEqual([store.comment, store.lastModifiedTime], ["new", at(4)]);
  assert.deepEqual([store.createdTime, store.dataModifiedTime], [at(1), at(3)]);
});

test("applyChange() keeps the size in bytes, when pairs come, change and go", () => {
  const created = keyValueStoreCreated([["key", "value"]]);
  const sizes = [
    storeAfter(created),
    storeAfter(created, keyValuesChanged([["key", "v"]])),
    storeAfter(created, keyValuesChanged([["é", ""]], ["key"])),
    storeAfter(created, keyValuesChanged([], ["key", "absent"])),
  ].map(({ sizeBytes }) => sizeBytes);
  assert.deepEqual(sizes, [8, 4, 2, 0]);
});

test("applyChange() removes a store with its pairs, when it is deleted", () => {
  const deleted = changeOf({ type: "key-value-store-deleted", id });
  assert.equal(stateAfter(keyValueStoreCreated([["a", "1"]]), deleted).keyValueStores.size, 0);
});

test("applyChange() shares what did not change with the store before", () => {
  const pairs = Array.from({ length: 10_000 }, (_, index) => [`key${index}`, "v"] as const);
  const before = storeAfter(keyValueStoreCreated(pairs));
  const after = storeAfter(keyValueStoreCreated(pairs), keyValuesChanged([["key7", "new"]]));
  assert.deepEqual([before.pairs.get("key7"), after.pairs.get("key7")], ["v", "new"]);
  assert.deepEqual([after.pairs.size, after.sizeBytes - before.sizeBytes], [10_000, 2]);
});

const unfitting: [Change, RegExp][] = [
  [keyValueStoreCreated([]), /key-value-store-created, but ".*" is there already/],
  [changeOf({ type: "key-value-store-updated", id: "x", comment: "" }), /there is no "x"/],
  [changeOf({ type: "key-value-store-deleted", id: "x" }), /there is no "x"/],
  [changeOf({ type: "key-values-changed", id: "x", puts: [], deletes: [] }), /there is no "x"/],
];
for (const [change, message] of unfitting) {
  test(`applyChange() throws, when ${change.type} does not fit the stores`, () => {
    assert.throws(() => applyChange(stateAfter(keyValueStoreCreated([])), change, 2), message);
  });
}
