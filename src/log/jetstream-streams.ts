/**
 * The two streams of a change log in NATS JetStream: made with the right settings where they are not
 * there, and checked where they are.
 *
 * PREFIX.changes.ID has the entries, one message each, so that a message's sequence is its entry's
 * revision. What was accepted is republished on PREFIX.feed, which all who follow listen to.
 * PREFIX.objects.ID.> has what is no entry: snapshots, entries too long for one message, entries kept
 * aside, and an index of them.
 *
 * ID is drawn when the log is made and stands in all subjects: a stream that was deleted and made anew
 * has another one, so who knew the old one appends nothing to it and finds out.
 */
import { randomBytes } from "node:crypto";
import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import { codeOf, inWords, nameInUse, streamNotFound } from "./jetstream-error.ts";
import type { JetStreamOptions } from "./jetstream-options.ts";

export interface LogStreams {
  /** What tells this log from any other that was or will be at its place. */
  readonly id: string;
  readonly changes: string;
  readonly objects: string;
  /** The subject of every entry. */
  readonly entrySubject: string;
  readonly feedSubject: string;
  /** What the subjects of all objects begin with, its last dot included. */
  readonly objectSubjects: string;
}

export interface OpenedStreams {
  readonly streams: LogStreams;
  /** What a person should change on the servers, a sentence each. */
  readonly warnings: readonly string[];
}

/** Streams that should be there are not. */
export class MissingStreams extends Error {
  override readonly name = "MissingStreams";
}

/** Nobody has made them yet, or whoever makes them is at it. */
export class StreamsToCome extends MissingStreams {}

const prefixPattern = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;

/**
 * @param mayMake whether to make what is not there; who only follows does not
 * @throws when it is another's, was lost in part, or has settings that would lose entries
 */
export async function openStreams(
  jsm: JetStreamManager,
  { prefix, replicas }: Pick<JetStreamOptions, "prefix" | "replicas">,
  mayMake: boolean,
): Promise<OpenedStreams> {
  if (!prefixPattern.test(prefix)) {
    throw new Error(`The prefix must be letters, digits, "-" and "." in between, got "${prefix}"`);
  }
  const names = namesOf(prefix);
  try {
    let changes = await findStream(jsm, names.changes);
    const objects = await findStream(jsm, names.objects);
    // Another node may have made both between the two questions.
    if (objects !== undefined) changes ??= await findStream(jsm, names.changes);
    if (changes === undefined) {
      if (objects !== undefined) throw new MissingStreams(halfGone(names));
      if (!mayMake) throw new StreamsToCome(noneYet);
      const fresh = streamsOf(prefix, randomBytes(8).toString("hex"));
      changes = await makeStream(jsm, changesConfig(fresh, replicas));
    }
    const id = idOf(changes, `${prefix}.changes.`, "");
    const streams = streamsOf(prefix, id);
    // The second is made right after the first, before anything is appended.
    const isUnfinished = objects === undefined && changes.state.last_seq === 0;
    if (isUnfinished && !mayMake) throw new StreamsToCome(noneYet);
    const store = isUnfinished ? await makeStream(jsm, objectsConfig(streams, replicas)) : objects;
    if (store === undefined) {
      throw new MissingStreams(objectsGone(names));
    }
    const storeId = idOf(store, `${prefix}.objects.`, ".>");
    if (storeId !== id) throw new Error(otherHalf(names, id, storeId));
    for (const info of [changes, store]) requireSafe(info);
    requireFollowable(changes, streams);
    return { streams, warnings: warningsOf(changes, replicas) };
  } catch (error) {
    throw new Error(`Cannot open the change log ${prefix} in NATS: ${inWords(error)}`, {
      cause: error,
    });
  }
}

/**
 * For a log that lost one of its streams or both: makes what is not there, as what is there says, so that
 * who followed knows it for the same log.
 *
 * @param id of the log, where neither says it
 */
export async function makeMissingStreams(
  jsm: JetStreamManager,
  { prefix, replicas }: Pick<JetStreamOptions, "prefix" | "replicas">,
  id: string | undefined,
): Promise<void> {
  const names = namesOf(prefix);
  const changes = await findStream(jsm, names.changes);
  const objects = await findStream(jsm, names.objects);
  const known =
    (changes && idOf(changes, `${prefix}.changes.`, "")) ??
    (objects && idOf(objects, `${prefix}.objects.`, ".>")) ??
    id ??
    randomBytes(8).toString("hex");
  const streams = streamsOf(prefix, known);
  const asMany = (changes ?? objects)?.config.num_replicas ?? replicas;
  if (changes === undefined) await makeStream(jsm, changesConfig(streams, asMany));
  if (objects === undefined) await makeStream(jsm, objectsConfig(streams, asMany));
}

/** Whether the stream of entries is there, and that of what is kept beside them is not. */
export async function lacksObjects(jsm: JetStreamManager, streams: LogStreams): Promise<boolean> {
  if ((await findStream(jsm, streams.objects)) !== undefined) return false;
  const changes = await findStream(jsm, streams.changes);
  return changes?.config.subjects[0] === streams.entrySubject;
}

/** Makes the stream of what is kept beside the entries anew, on as many servers as keep these. */
export async function makeObjectsStream(jsm: JetStreamManager, streams: LogStreams): Promise<void> {
  const { config } = await jsm.streams.info(streams.changes);
  await makeStream(jsm, objectsConfig(streams, config.num_replicas));
}

/** @returns undefined when there is none of that name */
export async function findStream(
  jsm: JetStreamManager,
  name: string,
): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (codeOf(error) === streamNotFound) return undefined;
    throw error;
  }
}

/** Two nodes may meet on nothing: one makes the stream, and the other finds it made. */
async function makeStream(jsm: JetStreamManager, config: StreamConfigOf): Promise<StreamInfo> {
  try {
    return await jsm.streams.add(config);
  } catch (error) {
    const found = codeOf(error) === nameInUse ? await findStream(jsm, config.name) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

type StreamConfigOf = Partial<StreamConfig> & { readonly name: string };

function namesOf(prefix: string): Pick<LogStreams, "changes" | "objects"> {
  // No stream's name has a dot in it, and no prefix a "_".
  const name = prefix.replaceAll(".", "_");
  return { changes: `${name}_changes`, objects: `${name}_objects` };
}

function streamsOf(prefix: string, id: string): LogStreams {
  return {
    ...namesOf(prefix),
    id,
    entrySubject: `${prefix}.changes.${id}`,
    feedSubject: `${prefix}.feed`,
    objectSubjects: `${prefix}.objects.${id}.`,
  };
}

const kept = {
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  allow_direct: true,
} as const;

function changesConfig(streams: LogStreams, replicas: number | undefined): StreamConfigOf {
  return {
    ...kept,
    name: streams.changes,
    description: "Footlight: a change log. Deleting it loses the account",
    subjects: [streams.entrySubject],
    discard: DiscardPolicy.New,
    deny_delete: true,
    num_replicas: replicas ?? 1,
    republish: { src: streams.entrySubject, dest: streams.feedSubject },
  };
}

function objectsConfig(streams: LogStreams, replicas: number | undefined): StreamConfigOf {
  return {
    ...kept,
    name: streams.objects,
    description: "Footlight: snapshots and long entries of a change log",
    subjects: [`${streams.objectSubjects}>`],
    // So that writing a subject again replaces what it had.
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: 1,
    num_replicas: replicas ?? 1,
  };
}

function idOf({ config }: StreamInfo, before: string, after: string): string {
  const [subject = "", ...others] = config.subjects;
  const id = subject.slice(before.length, subject.length - after.length);
  const isOurs = subject === `${before}${id}${after}` && /^[0-9a-f]{16}$/.test(id);
  if (isOurs && others.length === 0) return id;
  throw new Error(
    `the stream ${config.name} is another program's, with the subjects ${config.subjects.join(", ")}. ` +
      "Give this log another --log-prefix",
  );
}

/** Entries are dropped by beginAfter() alone, and none is kept where a restart loses it. */
function requireSafe({ config }: StreamInfo): void {
  const wrong = [
    config.storage === StorageType.File ? "" : `storage "${config.storage}", must be "file"`,
    config.retention === RetentionPolicy.Limits
      ? ""
      : `retention "${config.retention}", must be "limits"`,
    config.max_age === 0 ? "" : "a maximum age, must have none",
    config.max_msgs > 0 ? "a maximum of messages, must have none" : "",
    config.max_bytes > 0 && config.discard === DiscardPolicy.Old
      ? "a maximum of bytes where old entries make room, must discard new ones"
      : "",
    config.allow_direct ? "" : "no direct access, must allow it (--allow-direct)",
  ].filter((one) => one !== "");
  if (wrong.length === 0) return;
  throw new Error(
    `the stream ${config.name} has ${wrong.join("; ")}. Change it with: nats stream edit ${config.name}`,
  );
}

function requireFollowable({ config }: StreamInfo, streams: LogStreams): void {
  if (config.republish?.dest === streams.feedSubject) return;
  throw new Error(
    `the stream ${config.name} does not republish what it accepts on ${streams.feedSubject}, so nobody could follow it. ` +
      `Change it with: nats stream edit ${config.name} --republish-source='${streams.entrySubject}' --republish-destination='${streams.feedSubject}'`,
  );
}

function warningsOf({ config, cluster }: StreamInfo, replicas: number | undefined): string[] {
  const away = (cluster?.replicas ?? []).filter(({ offline }) => offline);
  return [
    replicas === undefined || config.num_replicas === replicas
      ? ""
      : `The stream ${config.name} keeps ${config.num_replicas} replicas, and --log-replicas says ${replicas}: ` +
        `nats stream edit ${config.name} --replicas=${replicas} changes it`,
    away.length === 0
      ? ""
      : `Of the servers that keep ${config.name}, ${away.map(({ name }) => name).join(", ")} cannot be reached`,
  ].filter((one) => one !== "");
}

const noneYet = "there is none yet: start a control node on it first";

function halfGone({ changes, objects }: Pick<LogStreams, "changes" | "objects">): string {
  return (
    `the stream ${changes} was deleted, while ${objects} with its snapshots is still there. ` +
    "Bring it back from a node's own copy: footlight log repair LOG --from FOLDER, the node's data folder; " +
    `restore it from a backup; or delete ${objects} too to begin an empty account`
  );
}

function objectsGone({ changes, objects }: Pick<LogStreams, "changes" | "objects">): string {
  return (
    `the stream ${objects}, with the snapshots and long entries of ${changes}, was deleted. Bring them back from a node's own copy: ` +
    "footlight log repair LOG --from FOLDER, the node's data folder; or restore it from a backup"
  );
}

function otherHalf(
  { changes, objects }: Pick<LogStreams, "changes" | "objects">,
  id: string,
  storeId: string,
): string {
  return (
    `the stream ${changes} is of the log ${id}, and ${objects} of the log ${storeId}: ` +
    "one of them was deleted and made anew. Restore it from a backup"
  );
}
