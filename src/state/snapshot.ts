/**
 * A state as bytes: what a start reads instead of the whole log, what a log that was compacted begins
 * with, and what an edge worker is sent.
 *
 * It carries the hash of the entry that it was taken after, so the entries that follow are checked as
 * if all before them were there. Indexes follow from the rest and are built again on loading.
 * The account is in no change, so the snapshot is where a log remembers whose it is.
 */
import { Map, OrderedMap } from "immutable";
import type { AccessKey } from "../model/access-key.ts";
import type { Distribution } from "../model/distribution.ts";
import type {
  AcmeChallenge,
  CertificateOrder,
  IssuedCertificate,
} from "../model/issued-certificate.ts";
import type { Invalidation } from "../model/invalidation.ts";
import type { KeyValuePair, KeyValueStore } from "../model/key-value-store.ts";
import type { Stack } from "../model/stack.ts";
import type { Tag } from "../model/tag.ts";
import { withDistribution } from "./apply-change.ts";
import { withResource } from "./apply-resource-fact.ts";
import { emptyState, type State } from "./state.ts";
import {
  restoreFunction,
  storeFunction,
  upgradeFunction,
  type FunctionOfFormat7,
  type StoredFunction,
} from "./stored-function.ts";
import { restoreResource, storeResource, type StoredResource } from "./stored-resource.ts";

/**
 * Count up when the shape of State changes, or when applying a fact comes to mean something else.
 * From format 6 on a log may begin with its snapshot, so from here on an earlier format stays
 * readable: with each new one comes the step that makes the one before into it.
 */
const format = 8;

/** What was to be read is not of the account that it was read for. */
export class AnotherAccount extends Error {
  override readonly name = "AnotherAccount";
}

interface StoredKeyValueStore extends Omit<KeyValueStore, "pairs"> {
  readonly pairs: readonly KeyValuePair[];
}

interface StoredState {
  readonly format: typeof format;
  readonly account: string;
  readonly revision: number;
  readonly head: string;
  readonly functions: readonly StoredFunction[];
  readonly distributions: readonly Distribution[];
  readonly keyValueStores: readonly StoredKeyValueStore[];
  readonly resources: readonly StoredResource[];
  readonly invalidations: readonly (readonly [
    distributionId: string,
    invalidations: readonly Invalidation[],
  ])[];
  readonly tags: readonly (readonly [arn: string, tags: readonly Tag[]])[];
  readonly accessKeys: readonly AccessKey[];
  readonly certificates: readonly IssuedCertificate[];
  readonly acmeChallenges: readonly AcmeChallenge[];
  /** Absent where there is none: nodes of earlier releases read it all the same, and none of them orders by it. */
  readonly certificateOrders?: readonly CertificateOrder[];
  /** Absent where none is held: nodes of earlier releases read it all the same. */
  readonly heldGroups?: readonly (readonly [group: string, revision: number])[];
  /** Absent where there is none: nodes of earlier releases read it all the same. */
  readonly stacks?: readonly Stack[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** @returns whether the bytes are as encodeSnapshot() writes them today */
export function isNewestFormat(bytes: Uint8Array): boolean {
  const beginning = `{"format":${format},`;
  return decoder.decode(bytes.subarray(0, beginning.length)) === beginning;
}

/** @returns which format a newer Footlight has written it in; undefined where this one reads it, or it is no snapshot */
export function newerFormatOf(bytes: Uint8Array): number | undefined {
  const beginning = Buffer.from(bytes.subarray(0, 32)).toString("latin1");
  const [, number] = /^\{"format":(\d+),/.exec(beginning) ?? [];
  return Number(number) > format ? Number(number) : undefined;
}

export function encodeSnapshot(state: State): Uint8Array {
  return encoder.encode([...snapshotPieces(state)].join(""));
}

/**
 * The snapshot's text in pieces, none of which takes long to make: the state never changes, so other
 * work may be done between two of them.
 */
export function* snapshotPieces(state: State): Generator<string> {
  const { account, revision, head } = state;
  yield `{"format":${format},"account":${JSON.stringify(account)},"revision":${revision},"head":${JSON.stringify(head)}`;
  yield* listPieces("functions", state.functions.values(), (fn) => [
    JSON.stringify(storeFunction(fn)),
  ]);
  yield* listPieces("distributions", state.distributions.values(), jsonPiece);
  yield* listPieces("keyValueStores", state.keyValueStores.values(), storePieces);
  const resources = [...state.resources.values()].flatMap((known) => [...known.values()]);
  yield* listPieces("resources", resources, (one) => jsonPiece(storeResource(one)));
  yield* listPieces("invalidations", state.invalidations, ([id, all]) =>
    jsonPiece([id, [...all.values()]]),
  );
  yield* listPieces("tags", state.tags, jsonPiece);
  yield* listPieces("accessKeys", state.accessKeys.values(), jsonPiece);
  yield* listPieces("certificates", state.certificates.values(), jsonPiece);
  yield* listPieces("acmeChallenges", state.acmeChallenges.values(), jsonPiece);
  if (!state.certificateOrders.isEmpty()) {
    yield* listPieces("certificateOrders", state.certificateOrders.values(), jsonPiece);
  }
  if (!state.heldGroups.isEmpty()) yield* listPieces("heldGroups", state.heldGroups, jsonPiece);
  if (!state.stacks.isEmpty()) yield* listPieces("stacks", state.stacks.values(), jsonPiece);
  yield "}";
}

function* listPieces<Item>(
  name: keyof StoredState,
  items: Iterable<Item>,
  pieces: (item: Item) => Iterable<string>,
): Generator<string> {
  yield `,"${name}":[`;
  let isFirst = true;
  for (const item of items) {
    if (!isFirst) yield ",";
    isFirst = false;
    yield* pieces(item);
  }
  yield "]";
}

function jsonPiece(value: unknown): string[] {
  return [JSON.stringify(value)];
}

/** Pairs of a store in a piece: a hundred of the largest are 100 KB. */
const pairsInPiece = 100;

function* storePieces({ pairs, ...store }: KeyValueStore): Generator<string> {
  yield `${JSON.stringify(store).slice(0, -1)},"pairs":[`;
  let slice: KeyValuePair[] = [];
  let comma = "";
  for (const pair of pairs) {
    slice.push(pair);
    if (slice.length < pairsInPiece) continue;
    yield comma + JSON.stringify(slice).slice(1, -1);
    comma = ",";
    slice = [];
  }
  if (slice.length > 0) yield comma + JSON.stringify(slice).slice(1, -1);
  yield "]}";
}

/**
 * @param account whose state it must be
 * @returns undefined when the bytes are in no format that this version reads, or not whole
 * @throws when it is the state of another account
 */
export function decodeSnapshot(bytes: Uint8Array, account: string): State | undefined {
  const stored = parse(bytes);
  if (stored === undefined) return undefined;
  if (stored.account !== account) {
    throw new AnotherAccount(
      `This change log belongs to account ${stored.account}, and the node was started for account ` +
        `${account}: start it with --account ${stored.account}, or with another log`,
    );
  }
  try {
    return restore(stored);
  } catch {
    // A member deep inside is not what it should be.
    return undefined;
  }
}

function restore(stored: StoredState): State {
  const functions = Map(stored.functions.map((fn) => [fn.name, restoreFunction(fn)]));
  const inWaves = functions.filter(({ published }) => published?.waves !== undefined);
  const keyValueStores = Map(
    stored.keyValueStores.map((store) => [store.id, { ...store, pairs: Map(store.pairs) }]),
  );
  const simple = {
    ...emptyState(stored.account),
    revision: stored.revision,
    head: stored.head,
    functions,
    functionsInWaves: inWaves.keySeq().toSet(),
    keyValueStores,
    invalidations: Map(
      stored.invalidations.map(([id, all]) => [id, OrderedMap(all.map((one) => [one.id, one]))]),
    ),
    tags: Map(stored.tags),
    accessKeys: Map(stored.accessKeys.map((key) => [key.id, key])),
    certificates: Map(stored.certificates.map((one) => [one.name, one])),
    acmeChallenges: Map(stored.acmeChallenges.map((one) => [one.name, one])),
    certificateOrders: Map((stored.certificateOrders ?? []).map((one) => [one.name, one])),
    heldGroups: Map(stored.heldGroups ?? []),
    stacks: Map((stored.stacks ?? []).map((stack) => [stack.name, stack])),
  };
  const withResources = stored.resources.map(restoreResource).reduce(withResource, simple);
  return stored.distributions.reduce(withDistribution, withResources);
}

/** What a snapshot without one of them would restore is not the state that was kept. */
const memberTypes: Readonly<
  Record<
    Exclude<keyof StoredState, "certificateOrders" | "heldGroups" | "stacks">,
    "string" | "number" | "array"
  >
> = {
  format: "number",
  account: "string",
  revision: "number",
  head: "string",
  functions: "array",
  distributions: "array",
  keyValueStores: "array",
  resources: "array",
  invalidations: "array",
  tags: "array",
  accessKeys: "array",
  certificates: "array",
  acmeChallenges: "array",
};

function parse(bytes: Uint8Array): StoredState | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof stored !== "object" || stored === null) return undefined;
  const members = upgrade(stored as Members);
  if (members["format"] !== format) return undefined;
  const isWhole = Object.entries(memberTypes).every(([name, type]) => {
    const member = members[name];
    return type === "array" ? Array.isArray(member) : typeof member === type;
  });
  return isWhole ? (members as unknown as StoredState) : undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** Format 6 knew no certificates, and format 7 no versions of functions. */
function upgrade(stored: Members): Members {
  const known =
    stored["format"] === 6
      ? { ...stored, format: 7, certificates: [], acmeChallenges: [] }
      : stored;
  if (known["format"] !== 7 || !Array.isArray(known["functions"])) return known;
  return { ...known, format, functions: known["functions"].map(upgradeOrLeave) };
}

/** What is no function is left as it is, for {@link restore} to find. */
function upgradeOrLeave(fn: unknown): unknown {
  const isOne = typeof fn === "object" && fn !== null && "development" in fn;
  return isOne ? upgradeFunction(fn as FunctionOfFormat7) : fn;
}
