/** Changes with nothing remarkable about them, for tests and benchmarks to start from. */
import { buildArn } from "../../src/model/arn.ts";
import type { Distribution } from "../../src/model/distribution.ts";
import type { KeyValuePair } from "../../src/model/key-value-store.ts";
import type { ChangeLog, Entry } from "../../src/log/change-log.ts";
import { applyChange } from "../../src/state/apply-change.ts";
import { headOf } from "../../src/state/apply-entry.ts";
import type { Cause, Change, Fact } from "../../src/state/change.ts";
import { encodeChange } from "../../src/state/encode-change.ts";
import { emptyState, type State } from "../../src/state/state.ts";

export const sampleAccount = "000000000000";

export const sampleCause: Cause = {
  operation: "Sample",
  requestId: "00000000-0000-4000-8000-000000000000",
  principal: "anonymous",
  sourceIp: "127.0.0.1",
};

/** What an empty account is after these. */
export function stateAfter(...changes: readonly Change[]): State {
  return changes.reduce(
    (state, change) => applyChange(state, change, state.revision + 1),
    emptyState(sampleAccount),
  );
}

/** The entries of a log that holds these. */
export function entriesOf(...changes: readonly Change[]): Entry[] {
  let { head } = emptyState(sampleAccount);
  return changes.map((change, index) => {
    const bytes = encodeChange(change, { revision: index, head });
    head = headOf(bytes);
    return { revision: index + 1, bytes };
  });
}

/** Appends them at the log's end. */
export async function appendChanges(log: ChangeLog, ...changes: readonly Change[]): Promise<void> {
  let revision = await log.lastRevision();
  const [last] = await log.read(revision - 1);
  let head = last === undefined ? emptyState(sampleAccount).head : headOf(last.bytes);
  for (const change of changes) {
    const bytes = encodeChange(change, { revision, head });
    await log.append(bytes, revision);
    revision += 1;
    head = headOf(bytes);
  }
}

/** @param second of the first hour of 2025, so that changes have times to tell them apart */
export function changeOf(fact: Fact, second: number = 0): Change {
  const at = new Date(Date.UTC(2025, 0, 1, 0, 0, second)).toISOString();
  return { ...fact, at, cause: sampleCause };
}

export function functionCreated(name: string, code: string = "b25l", second?: number): Change {
  const config = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
  return changeOf({ type: "function-created", name, config, code }, second);
}

export function functionUpdated(name: string, code: string, second?: number): Change {
  const config = { Comment: "edited", Runtime: "cloudfront-js-2.0" } as const;
  return changeOf({ type: "function-updated", name, config, code }, second);
}

export function functionPublished(name: string, second?: number): Change {
  return changeOf({ type: "function-published", name }, second);
}

/** A publish of today, which counts. */
export function versionPublished(
  name: string,
  number: number,
  second?: number,
  more: Partial<Fact & { readonly type: "function-published" }> = {},
): Change {
  return changeOf({ type: "function-published", name, number, keep: 10, ...more }, second);
}

export function functionDeleted(name: string, second?: number): Change {
  return changeOf({ type: "function-deleted", name }, second);
}

/** @param functionNames associated with the default cache behavior, one event type after the other */
export function distributionConfig(functionNames: readonly string[]): Distribution["config"] {
  const associations = functionNames.map((name, index) => ({
    FunctionARN: buildArn(sampleAccount, "function", name),
    EventType: index % 2 === 0 ? ("viewer-request" as const) : ("viewer-response" as const),
  }));
  return {
    CallerReference: functionNames.join(" "),
    Comment: "",
    Enabled: true,
    Origins: { Quantity: 1, Items: [{ Id: "origin", DomainName: "origin.example" }] },
    DefaultCacheBehavior: {
      TargetOriginId: "origin",
      ViewerProtocolPolicy: "allow-all",
      FunctionAssociations: { Quantity: associations.length, Items: associations },
    },
  };
}

export function distributionCreated(
  id: string,
  functionNames: readonly string[] = [],
  second?: number,
): Change {
  const config = distributionConfig(functionNames);
  const domainName = `d${id.toLowerCase()}.cloudfront.localhost`;
  return changeOf({ type: "distribution-created", id, domainName, config }, second);
}

export function distributionUpdated(
  id: string,
  functionNames: readonly string[],
  second?: number,
): Change {
  const config = distributionConfig(functionNames);
  return changeOf({ type: "distribution-updated", id, config }, second);
}

export function distributionDeleted(id: string, second?: number): Change {
  return changeOf({ type: "distribution-deleted", id }, second);
}

export const sampleStoreId = "a0000000-0000-4000-8000-00000000000a";

export function keyValueStoreCreated(pairs: readonly KeyValuePair[], second?: number): Change {
  const store = { id: sampleStoreId, name: "sample", comment: "", pairs };
  return changeOf({ type: "key-value-store-created", ...store }, second);
}

export function keyValuesChanged(
  puts: readonly KeyValuePair[],
  deletes: readonly string[] = [],
  second?: number,
): Change {
  return changeOf({ type: "key-values-changed", id: sampleStoreId, puts, deletes }, second);
}

/** A state as plain objects, to compare: the order in which collections iterate means nothing. */
export function contentOf(state: State): unknown {
  const { functions, functionsInWaves, distributions, distributionsUsing } = state;
  const { keyValueStores, resources, tags } = state;
  const { account, revision, accessKeys, invalidations, heldGroups } = state;
  const { certificates, acmeChallenges, certificateOrders, stacks } = state;
  const using = distributionsUsing.map((ids) => ids.toArray().sort()).toObject();
  return {
    account,
    revision,
    using,
    functions: functions.toObject(),
    functionsInWaves: functionsInWaves.toArray().sort(),
    distributions: distributions.toObject(),
    keyValueStores: keyValueStores
      .map((store) => ({ ...store, pairs: store.pairs.toArray().sort(byKey) }))
      .toObject(),
    resources: resources.map((known) => known.toObject()).toObject(),
    tags: tags.toObject(),
    invalidations: invalidations.map((all) => [...all.values()]).toObject(),
    accessKeys: accessKeys.toObject(),
    certificates: certificates.toObject(),
    acmeChallenges: acmeChallenges.toObject(),
    certificateOrders: certificateOrders.toObject(),
    heldGroups: heldGroups.toObject(),
    stacks: stacks.toObject(),
  };
}

function byKey([a]: KeyValuePair, [b]: KeyValuePair): number {
  return a < b ? -1 : 1;
}
