/**
 * What a change log keeps in JetStream that is too long for one message, or is no entry: each object in
 * parts under subjects of its own, read by Direct Get, so that who only follows needs no consumer.
 *
 * An object is written once, under a name that nobody else has, and is there for others when something
 * refers to it: the index, or an entry.
 */
import { randomBytes } from "node:crypto";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import { codeOf, wrongLastSequence } from "./jetstream-error.ts";
import type { LogStreams } from "./jetstream-streams.ts";
import type { Revision } from "./change-log.ts";
import { checksumOf } from "./checksum.ts";

/** Room for what stands around the bytes in a message. */
const headRoom = 4096;
/** Longer messages would hold up short ones, and NATS's default allows a mebibyte. */
const longestPart = 256 * 1024;
const partsAtOnce = 4;

export type ObjectKind = "entry" | "kept" | "snapshot" | "base";

/** What refers to an object, as JSON. */
export interface ObjectRef {
  /** Three words of its subjects: kind, revision, and a random one. */
  readonly name: string;
  readonly parts: number;
  readonly length: number;
  /** SHA-256, in hex. */
  readonly sha256: string;
}

/** Which of the objects count, and where the log begins. */
export interface ObjectIndex {
  readonly beginning: Revision;
  /** What the revision of every entry is beyond its message's sequence; 0 but for a copy that began later. */
  readonly offset: Revision;
  /** A list of KeptEntry, as JSON in an object of its own. */
  readonly kept: ObjectRef | undefined;
  /** Oldest first: the one that the log begins after, if it does not begin at 1, and the newest. */
  readonly snapshots: readonly SnapshotRef[];
}

export interface SnapshotRef {
  readonly revision: Revision;
  readonly object: ObjectRef;
}

const emptyIndex: ObjectIndex = { beginning: 0, offset: 0, kept: undefined, snapshots: [] };

/** @param maxPayload what the server takes in one message, in bytes */
export function longestInline(maxPayload: number): number {
  return Math.max(1, Math.min(longestPart, maxPayload - headRoom));
}

export class JetStreamObjects {
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #streams: LogStreams;
  readonly #partBytes: number;

  constructor(js: JetStreamClient, jsm: JetStreamManager, streams: LogStreams, maxPayload: number) {
    this.#js = js;
    this.#jsm = jsm;
    this.#streams = streams;
    this.#partBytes = longestInline(maxPayload);
  }

  async put(kind: ObjectKind, revision: Revision, bytes: Uint8Array): Promise<ObjectRef> {
    const name = `${kind}.${revision}.${randomBytes(8).toString("hex")}`;
    const parts = Math.max(1, Math.ceil(bytes.length / this.#partBytes));
    const sha256 = Buffer.from(checksumOf(bytes)).toString("hex");
    await inTurns(parts, async (index) => {
      const start = index * this.#partBytes;
      const part = bytes.subarray(start, start + this.#partBytes);
      await this.#js.publish(this.#subjectOf(`${name}.${index}`), part);
    });
    return { name, parts, length: bytes.length, sha256 };
  }

  /** Writes what an entry refers to once more, where it was lost. */
  async putBack({ name, parts }: ObjectRef, bytes: Uint8Array): Promise<void> {
    const partBytes = Math.ceil(bytes.length / parts);
    await inTurns(parts, async (index) => {
      const part = bytes.subarray(index * partBytes, (index + 1) * partBytes);
      await this.#js.publish(this.#subjectOf(`${name}.${index}`), part);
    });
  }

  /** @returns undefined when parts of it are gone, or are not what was written */
  async get(object: ObjectRef): Promise<Uint8Array | undefined> {
    const parts = Array.from<Uint8Array>({ length: object.parts });
    await inTurns(object.parts, async (index) => {
      const part = await this.#read(`${object.name}.${index}`);
      if (part !== undefined) parts[index] = part.data;
    });
    if (parts.includes(undefined as never)) return undefined;
    const bytes = new Uint8Array(Buffer.concat(parts));
    const sha256 = Buffer.from(checksumOf(bytes)).toString("hex");
    return bytes.length === object.length && sha256 === object.sha256 ? bytes : undefined;
  }

  /** @param name an object's */
  async drop(name: string): Promise<void> {
    await this.#jsm.streams.purge(this.#streams.objects, { filter: this.#subjectOf(`${name}.*`) });
  }

  /** @returns the names of all objects, also of those that nothing refers to */
  async names(): Promise<string[]> {
    const filter = this.#subjectOf("*.*.*.0");
    const info = await this.#jsm.streams.info(this.#streams.objects, { subjects_filter: filter });
    const start = this.#streams.objectSubjects.length;
    return Object.keys(info.state.subjects ?? {}).map((subject) => subject.slice(start, -2));
  }

  async readIndex(): Promise<ObjectIndex> {
    return (await this.#findIndex()).index;
  }

  /** Whether anything was ever said of the objects, and of where the log begins. */
  async hasIndex(): Promise<boolean> {
    return (await this.#findIndex()).sequence > 0;
  }

  /**
   * @param change called again where another node changed the index meanwhile; what it throws is thrown
   * @returns the index before and after
   */
  async changeIndex(
    change: (index: ObjectIndex) => ObjectIndex,
  ): Promise<{ readonly before: ObjectIndex; readonly after: ObjectIndex }> {
    for (;;) {
      const { index: before, sequence } = await this.#findIndex();
      const after = change(before);
      if (after === before) return { before, after };
      try {
        await this.#js.publish(this.#subjectOf("index"), JSON.stringify(after), {
          expect: { lastSubjectSequence: sequence },
        });
        return { before, after };
      } catch (error) {
        if (!wrongLastSequence.has(codeOf(error))) throw error;
      }
    }
  }

  async #findIndex(): Promise<{ readonly index: ObjectIndex; readonly sequence: number }> {
    const message = await this.#read("index");
    if (message === undefined) return { index: emptyIndex, sequence: 0 };
    const index = JSON.parse(Buffer.from(message.data).toString()) as ObjectIndex;
    return { index, sequence: message.seq };
  }

  async #read(subject: string): Promise<{ data: Uint8Array; seq: number } | undefined> {
    const message = await this.#jsm.direct.getMessage(this.#streams.objects, {
      last_by_subj: this.#subjectOf(subject),
    });
    return message ?? undefined;
  }

  #subjectOf(rest: string): string {
    return `${this.#streams.objectSubjects}${rest}`;
  }
}

/** Some at once, and no more: the whole of a large object need not be under way at the same time. */
export async function inTurns(
  count: number,
  act: (index: number) => Promise<void>,
  atOnce: number = partsAtOnce,
): Promise<void> {
  let next = 0;
  const turns = Array.from({ length: Math.min(atOnce, count) }, async () => {
    while (next < count) await act(next++);
  });
  await Promise.all(turns);
}
