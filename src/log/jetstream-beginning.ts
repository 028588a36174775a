/**
 * Makes a change log in JetStream begin later. What is kept of it is written first, then the index says
 * where it begins, and then the entries before are purged: cut off in between, the log is whole, and the
 * next time goes on.
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import type { Entry, Revision, Snapshot } from "./change-log.ts";
import { asideObject } from "./jetstream-entry.ts";
import type { JetStreamObjects, ObjectIndex, ObjectRef } from "./jetstream-objects.ts";
import type { JetStreamReader } from "./jetstream-reader.ts";
import type { LogStreams } from "./jetstream-streams.ts";

/** An entry that was dropped and is still needed, and the object that has it. */
export type KeptEntry = readonly [revision: Revision, object: ObjectRef];

export interface BeginningParts {
  readonly jsm: JetStreamManager;
  readonly streams: LogStreams;
  readonly objects: JetStreamObjects;
  readonly reader: JetStreamReader;
}

export interface NewJetStreamBeginning extends BeginningParts {
  readonly snapshot: Snapshot;
  readonly keep: ReadonlySet<Revision>;
}

export async function beginJetStreamLogAfter(input: NewJetStreamBeginning): Promise<void> {
  const { jsm, streams, objects, reader, snapshot } = input;
  const { revision } = snapshot;
  const old = await objects.readIndex();
  requireLater(old, revision, streams);
  const kept = await keepAside(input, old);
  const [list, base] = [
    await objects.put("kept", revision, Buffer.from(JSON.stringify(kept))),
    await objects.put("base", revision, snapshot.bytes),
  ];
  const { after } = await objects.changeIndex((index) => {
    requireLater(index, revision, streams);
    const newer = index.snapshots.filter((one) => one.revision > revision);
    return {
      ...index,
      beginning: revision,
      kept: list,
      snapshots: [{ revision, object: base }, ...newer],
    };
  });
  reader.noteBeginning(revision);
  await jsm.streams.purge(streams.changes, { seq: reader.sequenceOf(revision) + 1 });
  await dropRest(objects, after, kept);
}

/**
 * Whatever the index says of a stream that was lost, the one that is there now begins with revision 1.
 *
 * @throws when the log has something already
 */
export async function startJetStreamLogAtOne({
  jsm,
  streams,
  objects,
  reader,
}: BeginningParts): Promise<void> {
  await requireEmpty(jsm, streams);
  await objects.changeIndex(() => ({ beginning: 0, offset: 0, kept: undefined, snapshots: [] }));
  reader.startAfter(0);
}

async function requireEmpty(jsm: JetStreamManager, streams: LogStreams): Promise<void> {
  const { state } = await jsm.streams.info(streams.changes);
  if (state.last_seq > 0) throw new Error(`it has ${state.last_seq} entries already`);
}

/**
 * The stream goes on giving out 1, 2, 3 …: that a server of 2.9 can be told to begin later is a setting
 * it has not got, and purging an empty stream makes it store by the new sequence and compare by the old.
 * So the index says what a revision is beyond its sequence.
 *
 * @throws when the log has something already
 */
export async function startJetStreamLogAfter(
  { jsm, streams, objects, reader }: BeginningParts,
  { revision, bytes }: Snapshot,
  kept: readonly Entry[],
): Promise<void> {
  await requireEmpty(jsm, streams);
  const list: KeptEntry[] = [];
  for (const one of kept) {
    list.push([one.revision, await objects.put("entry", one.revision, one.bytes)]);
  }
  const [keptList, base] = [
    await objects.put("kept", revision, Buffer.from(JSON.stringify(list))),
    await objects.put("base", revision, bytes),
  ];
  await objects.changeIndex(() => ({
    beginning: revision,
    offset: revision,
    kept: keptList,
    snapshots: [{ revision, object: base }],
  }));
  reader.startAfter(revision);
}

/**
 * For a log whose index was lost, and with it what a revision is beyond its message's sequence: an entry tells
 * that.
 *
 * @param revisionOf what an entry says that its revision is; undefined where it does not
 * @throws when there is none any more to ask
 */
export async function placeByEntries(
  { jsm, streams, objects, reader }: BeginningParts,
  revisionOf: (bytes: Uint8Array) => Revision | undefined,
): Promise<void> {
  if (await objects.hasIndex()) return;
  const { state } = await jsm.streams.info(streams.changes);
  if (state.last_seq > 0 && state.messages === 0) {
    throw new Error(
      "all its entries were purged, and nothing is left that says which revisions they had. " +
        `Delete ${streams.changes} and ${streams.objects}, and repair from the same copy once more`,
    );
  }
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await jsm.direct.getMessage(streams.changes, { seq });
    const isHere = message !== null && asideObject(message) === undefined;
    const revision = isHere ? revisionOf(message.data) : undefined;
    if (revision === undefined) continue;
    await placeAt({ objects, reader }, revision - seq);
    await reader.askLast();
    return;
  }
}

async function placeAt(
  { objects, reader }: Pick<BeginningParts, "objects" | "reader">,
  offset: Revision,
): Promise<void> {
  if (offset === 0) return;
  await objects.changeIndex((index) =>
    index.offset === offset ? index : { ...index, offset, beginning: offset },
  );
  reader.startAfter(offset);
}

/** For a log whose index was lost while this node had it open: says again what the node knows. */
export async function placeAsKnown({
  objects,
  reader,
}: Pick<BeginningParts, "objects" | "reader">): Promise<void> {
  const { beginning, offset } = reader;
  await objects.changeIndex((index) => {
    const isSaid = index.offset === offset && index.beginning >= beginning;
    return isSaid ? index : { ...index, offset, beginning };
  });
}

/**
 * Says again where a log begins whose first entries are gone, and what they came to. Nothing is dropped.
 *
 * @param kept what it keeps aside of what came before
 */
export async function putBackBeginning(
  { objects, reader }: BeginningParts,
  { revision, bytes }: Snapshot,
  kept: readonly Entry[],
): Promise<void> {
  const known = await reader.readKeptList(await objects.readIndex());
  const list: KeptEntry[] = [];
  for (const one of kept) {
    const before = known.find(([other]) => other === one.revision);
    list.push(before ?? [one.revision, await objects.put("entry", one.revision, one.bytes)]);
  }
  const [keptList, base] = [
    await objects.put("kept", revision, Buffer.from(JSON.stringify(list))),
    await objects.put("base", revision, bytes),
  ];
  await objects.changeIndex((index) => ({
    ...index,
    beginning: revision,
    kept: keptList,
    snapshots: [
      { revision, object: base },
      ...index.snapshots.filter((one) => one.revision > revision),
    ],
  }));
  reader.noteBeginning(revision);
}

function requireLater({ beginning }: ObjectIndex, revision: Revision, streams: LogStreams): void {
  if (revision >= beginning) return;
  throw new Error(
    `The change log ${streams.changes} begins after revision ${beginning} already, so not after ${revision}`,
  );
}

/** Those that are kept already stay as they are; a long entry is an object already. */
async function keepAside(
  { objects, reader, snapshot, keep }: NewJetStreamBeginning,
  old: ObjectIndex,
): Promise<KeptEntry[]> {
  const kept = (await reader.readKeptList(old)).filter(([revision]) => keep.has(revision));
  const known = new Set(kept.map(([revision]) => revision));
  const wanted = [...keep].filter((one) => one <= snapshot.revision && !known.has(one));
  for (const revision of wanted.toSorted((one, other) => one - other)) {
    const message = await reader.find(revision);
    if (message === undefined) continue;
    const bytes = await reader.bytesOf(message, revision);
    const object = asideObject(message) ?? (await objects.put("entry", revision, bytes));
    kept.push([revision, object]);
  }
  return kept.toSorted(([one], [other]) => one - other);
}

/**
 * Drops the objects that nothing refers to any more, and those of writers that ended amid their work.
 * Which are newer than the index is another's, who may be about to refer to them.
 */
async function dropRest(
  objects: JetStreamObjects,
  { beginning, kept: list, snapshots }: ObjectIndex,
  kept: readonly KeptEntry[],
): Promise<void> {
  const refs = [...kept.map(([, object]) => object), ...snapshots.map(({ object }) => object)];
  const names = new Set([...refs, ...(list === undefined ? [] : [list])].map(({ name }) => name));
  for (const name of await objects.names()) {
    const [kind, revision] = name.split(".");
    // An entry that stands at the beginning was dropped with it; of the rest, one may be on its way.
    const isPast = kind === "entry" ? Number(revision) <= beginning : Number(revision) < beginning;
    if (isPast && !names.has(name)) await objects.drop(name);
  }
}
