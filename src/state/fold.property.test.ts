/** What must hold for any history: random valid ones are made by asking the state what is possible next. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MemoryLog } from "../log/memory-log.ts";
import { silentLogger } from "../base/logger.ts";
import { functionsUsedBy } from "../model/distribution.ts";
import {
  nextNumber,
  versionToGoBackTo,
  whyNoShares,
  type FunctionVersion,
  type Published,
} from "../model/function-versions.ts";
import { sharesIn, type WavePlan, type Waves, type WavesMove } from "../model/function-waves.ts";
import { applyChange } from "./apply-change.ts";
import {
  appendChanges,
  changeOf,
  contentOf,
  distributionConfig,
  entriesOf,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import type { StackResource } from "../model/stack.ts";
import type { Change, Fact } from "./change.ts";
import { decodeChange } from "./encode-change.ts";
import { Replica } from "./replica.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import { emptyState, type State } from "./state.ts";

/** What someone would like to do; whether it is a creation or an edit depends on what there is. */
interface Wish {
  readonly type: Fact["type"];
  readonly key: number;
  readonly uses: readonly number[];
  readonly text: string;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  type: fc.constantFrom<Fact["type"][]>(
    "function-created",
    "function-updated",
    "function-updated",
    "function-published",
    "function-published",
    "function-live-changed",
    "function-waves-changed",
    "function-waves-changed",
    "function-deleted",
    "distribution-created",
    "distribution-updated",
    "distribution-deleted",
    "distributions-updated",
    "invalidation-created",
    "invalidation-created",
    "key-value-store-created",
    "key-value-store-deleted",
    "key-values-changed",
    "key-values-changed",
    "resource-created",
    "resource-updated",
    "resource-published",
    "resource-live-changed",
    "resource-deleted",
    "tags-set",
    "access-key-created",
    "access-key-deleted",
    "acme-challenge-set",
    "acme-challenge-removed",
    "certificate-order-set",
    "certificate-order-removed",
    "certificate-issued",
    "certificate-removed",
    "group-held",
    "group-released",
    "stack-changed",
    "stack-changed",
    "stack-deleted",
    "account-reset",
  ),
  key: fc.nat(14),
  uses: fc.uniqueArray(fc.nat(14), { maxLength: 3 }),
  text: fc.string({ unit: "binary", maxLength: 20 }),
});

const history: fc.Arbitrary<Change[]> = fc
  .array(wish, { maxLength: 60, size: "max" })
  .map((wishes) => {
    let state = emptyState(sampleAccount);
    return wishes.map((wished, index) => {
      const change = changeOf(possibleFact(state, wished), index);
      state = applyChange(state, change, state.revision + 1);
      return change;
    });
  });

function possibleFact(state: State, { type, key, uses, text }: Wish): Fact {
  if (type === "account-reset") return { type };
  if (type === "group-held" || type === "group-released") {
    const group = `g${key}`;
    return { type: state.heldGroups.has(group) ? "group-released" : "group-held", group };
  }
  if (type === "stack-changed" || type === "stack-deleted") {
    const name = `s${key}`;
    if (type === "stack-deleted" && state.stacks.has(name)) return { type, name };
    const resource: StackResource = {
      ...{ type: text, id: text, attributes: { Ref: text }, asked: text, found: text },
      ...{ state: "made", dependsOn: uses.map(String), isRetained: key % 2 === 0 },
    };
    const resources = Object.fromEntries(
      uses.map((use) => [`R${use}`, use % 3 === 0 ? null : resource]),
    );
    const outputs = key % 3 === 0 ? { outputs: { Url: { value: text } } } : {};
    return { type: "stack-changed", name, resources, ...outputs };
  }
  if (type.startsWith("function-")) {
    const name = `fn${key}`;
    const code = Buffer.from(text).toString("base64");
    const config = { Comment: text, Runtime: "cloudfront-js-2.0" } as const;
    if (!state.functions.has(name)) return { type: "function-created", name, config, code };
    if (type === "function-deleted") return { type, name };
    const { published } = state.functions.get(name)!;
    if (type === "function-published" && text.length % 4 === 0) return { type, name };
    if (type === "function-published") return possiblePublish(name, published, { uses, text });
    if (type === "function-live-changed" && published !== undefined) {
      return possibleLiveChange(name, published, { key, uses });
    }
    if (type === "function-waves-changed" && published?.waves !== undefined) {
      return possibleWavesChange(name, published.waves, key);
    }
    if (type === "function-live-changed") return { type: "function-deleted", name };
    return { type: "function-updated", name, config, code };
  }
  if (type.startsWith("key-value")) return possibleKeyValueFact(state, { type, key, uses, text });
  const id = `E${key}`;
  if (type === "tags-set") {
    const arn = `arn:aws:cloudfront::${sampleAccount}:distribution/${id}`;
    return { type, arn, tags: uses.map((use) => ({ Key: `k${use}`, Value: text })) };
  }
  if (type.startsWith("access-key-")) {
    if (state.accessKeys.has(id)) return { type: "access-key-deleted", id };
    const session = { tokenHash: text, expiresTime: text };
    const sealed = { sealedSecret: text, policy: text, ...(key % 2 === 0 && { session }) };
    return { type: "access-key-created", id, user: text, ...sealed };
  }
  if (type.startsWith("acme-challenge-")) {
    if (state.acmeChallenges.has(id)) return { type: "acme-challenge-removed", name: id };
    const pair = { certificate: text, privateKey: text };
    return { type: "acme-challenge-set", name: id, token: text, keyAuthorization: text, ...pair };
  }
  if (type.startsWith("certificate-")) {
    if (type === "certificate-removed" && state.certificates.has(id)) return { type, name: id };
    if (type === "certificate-order-set") {
      const turn = { holder: text, until: text, forMs: key, failures: key, keyMark: text };
      return { type, name: id, ...turn };
    }
    if (type === "certificate-order-removed" && state.certificateOrders.has(id)) {
      return { type, name: id };
    }
    const issued = { chain: text, sealedKey: text, directory: text };
    return { type: "certificate-issued", name: id, ...issued };
  }
  if (type.startsWith("resource-")) return possibleResourceFact(state, type, key, text);
  const config = { ...distributionConfig(uses.map((use) => `fn${use}`)), Comment: text };
  if (!state.distributions.has(id)) {
    return { type: "distribution-created", id, domainName: `d${key}`, config };
  }
  if (type === "distribution-deleted") return { type, id };
  if (type === "invalidation-created") {
    const invalidation = `I${state.revision}`;
    const [tenantId] = state.resources.get("distribution-tenant")?.keys() ?? [];
    const owner = { distributionId: id, ...(key % 2 === 0 && tenantId && { tenantId }) };
    return { type, ...owner, id: invalidation, callerReference: text, paths: ["/*"] };
  }
  if (type === "distributions-updated") {
    const others = uses.map((use) => `E${use}`).filter((other) => state.distributions.has(other));
    return { type, id, configs: Object.fromEntries([id, ...others].map((one) => [one, config])) };
  }
  return { type: "distribution-updated", id, config };
}

const numberOf = ({ number }: FunctionVersion): number => number;

function possiblePublish(
  name: string,
  published: Published | undefined,
  { uses, text }: Pick<Wish, "uses" | "text">,
): Fact {
  const number = nextNumber(published);
  if (uses.length === 2 && published !== undefined && published.waves === undefined) {
    return { type: "function-published", name, number, keep: uses.length, waves: plan };
  }
  const [old] = uses.length > 1 ? (published?.versions ?? []) : [];
  const shares = old && [
    { version: number, share: 0.1 },
    { version: old.number, share: 0.9 },
  ];
  const said = { ...(shares && { shares }), ...(text !== "" && { message: text }) };
  return { type: "function-published", name, number, keep: 1 + uses.length, ...said };
}

const plan: WavePlan = {
  steps: [{ share: 1, seconds: 1, groups: ["g1"] }, { share: 0.1, seconds: 1 }, { share: 1 }],
  gates: ["errors"],
  minRequests: 10,
  whenFew: "wait",
  cookieKey: "key",
};

function possibleWavesChange(name: string, { version, step }: Waves, key: number): Fact {
  const counts = { version, events: 1, trials: 2 };
  const breach = { gate: "errors", of: "it", newVersion: counts, oldVersion: counts } as const;
  const moves: readonly WavesMove[] = [
    { move: "step", step: step + 1 },
    { move: "step", step: step + 1 },
    { move: "pause", because: "it is late" },
    { move: "resume" },
    { move: "finish" },
    { move: "abort" },
    { move: "revert", breach },
  ];
  return { type: "function-waves-changed", name, version, ...moves[key % moves.length]! };
}

function possibleLiveChange(
  name: string,
  { versions }: Published,
  { key, uses }: Pick<Wish, "key" | "uses">,
): Fact {
  const chosen = versions.filter((_, index) => uses.includes(index));
  const shown = chosen.length > 0 ? chosen : versions.slice(0, 1);
  const shares = shown.map(({ number }) => ({ version: number, share: 1 / shown.length }));
  const [bad] = versions.filter(({ number }) => number === key);
  return {
    type: "function-live-changed",
    name,
    shares,
    reason: shares.length > 1 ? "shared" : "rolled-back",
    ...(bad && { bad: [bad.number] }),
    good: versions.slice(0, uses.length).map(numberOf),
  };
}

function possibleKeyValueFact(state: State, { type, key, uses, text }: Wish): Fact {
  const id = `store${key % 3}`;
  const puts = uses.map((use) => [`key${use}`, text] as const);
  if (!state.keyValueStores.has(id)) {
    return { type: "key-value-store-created", id, name: id, comment: text, pairs: puts };
  }
  if (type === "key-value-store-created") {
    return { type: "key-value-store-updated", id, comment: text };
  }
  if (type === "key-value-store-deleted") return { type, id };
  return { type: "key-values-changed", id, puts, deletes: [text, `key${key}`] };
}

const resourceKinds = [
  "origin-access-identity",
  "resource-policy",
  "distribution-tenant",
  "connection-function",
] as const;

function possibleResourceFact(state: State, type: string, key: number, text: string): Fact {
  const kind = resourceKinds[key % resourceKinds.length]!;
  const id = `E${key}`;
  // What a version of a connection function has is all that can change of one.
  const changing =
    kind === "connection-function"
      ? {}
      : { CallerReference: id, Comment: text, PolicyDocument: text };
  const config = {
    ...{ ...changing, Name: id },
    ConnectionFunctionConfig: { Comment: text, Runtime: "cloudfront-js-2.0" } as const,
    ConnectionFunctionCode: Buffer.from(text).toString("base64"),
  };
  if (!state.resources.get(kind)?.has(id)) {
    const tags = [{ Key: "k", Value: text }];
    const group = { kind: "connection-group", id: `cg_${state.revision}`, config } as const;
    const more = { attributes: { text }, tags, ...(key % 2 === 0 && { along: [group] }) };
    return { type: "resource-created", kind, id, config, ...more };
  }
  const { published } = state.resources.get(kind)!.get(id)!;
  if (kind === "connection-function" && type === "resource-published" && text.length % 4 !== 0) {
    return { type, kind, id, number: nextNumber(published), keep: 2, message: text };
  }
  if (kind === "connection-function" && type === "resource-live-changed") {
    const [oldest] = published?.versions ?? [];
    if (oldest === undefined) return { type: "resource-deleted", kind, id };
    const shares = [{ version: oldest.number, share: 1 }];
    return { type, kind, id, shares, reason: "rolled-back", bad: [published!.settled] };
  }
  if (type === "resource-published" || type === "resource-deleted") return { type, kind, id };
  return { type: "resource-updated", kind, id, config };
}

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
    { numRuns: 300 },
  );
});

test("decoding an encoded change gives the change", () => {
  fc.assert(
    fc.property(history, (changes) => {
      const decoded = entriesOf(...changes).map(({ bytes }) => decodeChange(bytes));
      assert.deepEqual(decoded, changes);
    }),
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
  );
});

test("functionsInWaves says which functions have waves on", () => {
  fc.assert(
    fc.property(history, (changes) => {
      const { functions, functionsInWaves } = fold(emptyState(sampleAccount), changes);
      const expected = [...functions.values()].filter(({ published }) => published?.waves);
      assert.deepEqual(functionsInWaves.toArray().sort(), expected.map(({ name }) => name).sort());
    }),
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
        const numbers = versions.map(numberOf);
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
    { numRuns: 300 },
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
  );
});
