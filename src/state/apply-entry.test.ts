import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../log/change-log.ts";
import { applyEntry, headOf } from "./apply-entry.ts";
import {
  changeOf,
  entriesOf,
  functionCreated,
  functionPublished,
  functionUpdated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { emptyState, type State } from "./state.ts";

const changes = [functionCreated("a"), functionUpdated("a", "dHdv"), functionPublished("a")];

function applied(...entries: readonly Entry[]): State {
  return entries.reduce(applyEntry, emptyState(sampleAccount));
}

test("applyEntry() applies entries that follow on each other, and remembers the last one's hash", () => {
  const entries = entriesOf(...changes);
  const state = applied(...entries);
  assert.equal(state.revision, 3);
  assert.equal(state.head, headOf(entries[2]!.bytes));
  assert.equal(state.functions.get("a")?.live?.version, 2);
});

test("applyEntry() refuses an entry of another history", () => {
  const [first] = entriesOf(functionCreated("a", "b25l"));
  const [, second] = entriesOf(functionCreated("a", "dHdv"), functionUpdated("a", "dHdv"));
  assert.throws(
    () => applied(first!, second!),
    /It follows on an entry with SHA-256 [0-9a-f]{64}, and/,
  );
});

test("applyEntry() refuses an entry that stands where another was", () => {
  const [first, second] = entriesOf(functionCreated("a"), functionCreated("b"));
  assert.throws(() => applied(first!, { ...second!, revision: 3 }), /says that it is change 2/);
});

test("applyEntry() goes on from entries of the first format, and checks what follows on them", () => {
  const text = (change: unknown): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ format: 1, change }));
  const old = { revision: 1, bytes: text(functionCreated("a")) };
  const state = applied(old);
  assert.equal(state.head, headOf(old.bytes));
  const [first, second] = entriesOf(functionCreated("b"), functionCreated("c"));
  assert.throws(() => applied(old, second!), /It follows on an entry/);
  assert.throws(() => applied(old, first!), /It says that it is change 1|cannot follow/);
});

test("applyEntry() refuses a publish that names another version or other code than there is", () => {
  const sha256 = "fc8ee6c1b8e3a4b4c56b9ab9bca0c0d7eca1b2fc2ee6b3ba0c44c1b2b0b3a7d5";
  const publish = (what: object): Entry[] =>
    entriesOf(functionCreated("a"), changeOf({ type: "function-published", name: "a", ...what }));
  assert.throws(() => applied(...publish({ version: 2 })), /its version is 2, and here it is 1/);
  assert.throws(
    () => applied(...publish({ sha256 })),
    /its code's SHA-256 is fc8e.*, and here it is/,
  );
  const right = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
  assert.equal(
    applied(...publish({ version: 1, sha256: right })).functions.get("a")?.live?.version,
    1,
  );
});
