/** What must hold for any history. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { silentLogger } from "../base/logger.ts";
import { functionsUsedBy } from "../model/distribution.ts";
import { versionToGoBackTo, whyNoShares } from "../model/function-versions.ts";
import { sharesIn } from "../model/function-waves.ts";
import { applyChange } from "./apply-change.ts";
import { history } from "../../test/support/change-history.ts";
import {
  appendChanges,
  contentOf,
  entriesOf,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import type { Change } from "./change.ts";
import { decodeChange } from "./encode-change.ts";
import { Replica } from "./replica.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import { emptyState, type State } from "./state.ts";

function fold(from: State, changes: readonly Change[]): State {
  return changes.reduce((state, change) => applyChange(state, change, state.revision + 1), from);
}

test("folding all changes equals folding from a snapshot at any point", () => {
  fc.assert(
    fc.property(history, fc.nat(), (changes, random) => {
      const point = changes.length === 0 ? 0 : random % (changes.length + 1);
      const snapshot = encodeSnapshot(fold(emptyState(sampleAccount), changes.slice(0, point)));
      const restored = decodeSnapshot(snapshot, sampleAccount);
      assert.ok(restored);
      const resumed = fold(restored, changes.slice(point));
      assert.deepEqual(contentOf(resumed), contentOf(fold(emptyState(sampleAccount), changes)));
    }),
    tried(300),
  );
});

test("decoding an encoded change gives the change", () => {
  fc.assert(
    fc.property(history, (changes) => {
      const decoded = entriesOf(...changes).map(({ bytes }) => decodeChange(bytes));
      assert.deepEqual(decoded, changes);
    }),
    tried(),
  );
});

test("distributionsUsing says what the configurations say", () => {
  fc.assert(
    fc.property(history, (changes) => {
      const state = fold(emptyState(sampleAccount), changes);
      const expected: Record<string, string[]> = {};
      for (const { id, config } of state.distributions.values()) {
        for (const name of functionsUsedBy(config, sampleAccount)) (expected[name] ??= []).push(id);
      }
      for (const ids of Object.values(expected)) ids.sort();
      const found = state.distributionsUsing.map((ids) => ids.toArray().sort()).toObject();
      assert.deepEqual(found, expected);
    }),
    tried(),
  );
});

test("functionsInWaves says which functions have waves on", () => {
  fc.assert(
    fc.property(history, (changes) => {
      const { functions, functionsInWaves } = fold(emptyState(sampleAccount), changes);
      const expected = [...functions.values()].filter(({ published }) => published?.waves);
      assert.deepEqual(functionsInWaves.toArray().sort(), expected.map(({ name }) => name).sort());
    }),
    tried(),
  );
});

test("what serves viewers is kept, whole and once, and LIVE is what had all traffic last", () => {
  fc.assert(
    fc.property(history, (changes) => {
      for (const { live, published } of fold(
        emptyState(sampleAccount),
        changes,
      ).functions.values()) {
        assert.equal(live === undefined, published === undefined);
        if (live === undefined || published === undefined) continue;
        const { versions, shares, settled } = published;
        assert.equal(whyNoShares(shares, versions), undefined);
        const numbers = versions.map(({ number }) => number);
        assert.deepEqual(
          numbers,
          [...new Set(numbers)].sort((a, b) => a - b),
        );
        const copyOf = (number: number) => versions.find((one) => one.number === number)?.copy;
        for (const { version, copy } of shares) assert.equal(copy, copyOf(version));
        assert.equal(live.version, copyOf(settled)?.version);
        assert.equal(live.code, copyOf(settled)?.code);
        const back = versionToGoBackTo(published);
        const isDivided = shares.length > 1 || published.waves !== undefined;
        assert.ok(back === undefined || back.number !== settled || isDivided);
        for (const group of ["g1", "g2"]) {
          const ofGroup = sharesIn(published, group);
          assert.equal(whyNoShares(ofGroup, versions), undefined);
          if (group === "g2" || published.waves === undefined) assert.deepEqual(ofGroup, shares);
        }
      }
    }),
    tried(300),
  );
});

test("a store's size is that of its pairs", () => {
  fc.assert(
    fc.property(history, (changes) => {
      for (const { pairs, sizeBytes } of fold(
        emptyState(sampleAccount),
        changes,
      ).keyValueStores.values()) {
        const text = pairs.toArray().flat().join("");
        assert.equal(sizeBytes, Buffer.byteLength(text));
      }
    }),
    tried(),
  );
});

test("two replicas of one log hold the same state, whenever each of them started", async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), async (changes, random) => {
      const log = new MemoryLog();
      const point = changes.length === 0 ? 0 : random % changes.length;
      const options = { account: sampleAccount, logger: silentLogger, snapshotEvery: 10 };
      const early = await Replica.open(log, options);
      await appendChanges(log, ...changes.slice(0, point));
      const late = await Replica.open(log, options);
      await appendChanges(log, ...changes.slice(point));
      const [first, second] = await Promise.all([
        early.whenAt(changes.length),
        late.whenAt(changes.length),
      ]);
      assert.deepEqual(contentOf(first), contentOf(second));
      assert.deepEqual(contentOf(first), contentOf(fold(emptyState(sampleAccount), changes)));
      await Promise.all([early.close(), late.close()]);
    }),
    tried(),
  );
});
