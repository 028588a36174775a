/** Random histories of an account that are valid: each change is made by asking the state what is possible next. */
import * as fc from "fast-check";
import {
  nextNumber,
  type FunctionVersion,
  type Published,
} from "../../src/model/function-versions.ts";
import type { WavePlan, Waves, WavesMove } from "../../src/model/function-waves.ts";
import type { StackResource } from "../../src/model/stack.ts";
import { applyChange } from "../../src/state/apply-change.ts";
import type { Change, Fact } from "../../src/state/change.ts";
import { emptyState, type State } from "../../src/state/state.ts";
import { changeOf, distributionConfig, sampleAccount } from "./sample-changes.ts";

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

/** Changes of an account, each possible after those before. */
export const history: fc.Arbitrary<Change[]> = fc
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
