/**
 * Compare-and-append in JetStream: a message that the server takes only if the stream's last sequence
 * is the one that its writer knows.
 *
 * Where no answer comes it is not known whether the entry was kept. So the same message is sent again:
 * the server knows it by its id and answers as it would have the first time, and if another entry stands
 * there now, reading that tells whose it is.
 */
import { randomBytes, hash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { JetStreamClient } from "@nats-io/jetstream";
import type { Revision } from "./change-log.ts";
import { asideMessage, inlineMessage, type EntryMessage } from "./jetstream-entry.ts";
import { codeOf, isSilence, wrongLastSequence } from "./jetstream-error.ts";
import { longestInline, type JetStreamObjects, type ObjectRef } from "./jetstream-objects.ts";
import type { JetStreamReader } from "./jetstream-reader.ts";
import type { LogStreams } from "./jetstream-streams.ts";

const idHeader = "Nats-Msg-Id";
const answerTimeoutMs = 2000;
/** How long a writer is kept waiting where nobody answers. */
const giveUpAfterMs = 6000;
const pauseMs = 100;

export interface AppenderParts {
  readonly js: JetStreamClient;
  readonly streams: LogStreams;
  readonly objects: JetStreamObjects;
  readonly reader: JetStreamReader;
  /** What the server takes in one message, in bytes. */
  readonly maxPayload: number;
}

export class JetStreamAppender {
  readonly #parts: AppenderParts;

  constructor(parts: AppenderParts) {
    this.#parts = parts;
  }

  /**
   * @param noteUnanswered called whenever nobody answers; throws when that will stay so
   * @returns the new entry's revision; undefined when another came first, which the reader has then
   * @throws the client's error, when it cannot be appended, or nobody says whether it was; what `noteUnanswered` throws
   */
  async append(
    given: Uint8Array,
    after: Revision,
    noteUnanswered: () => void,
  ): Promise<Revision | undefined> {
    const { reader, objects, maxPayload } = this.#parts;
    const bytes = new Uint8Array(given);
    if (bytes.length <= longestInline(maxPayload)) {
      return this.#send(bytes, inlineMessage(bytes), after, noteUnanswered);
    }
    // Not stored for nothing, where that can be known.
    if ((await reader.findLast()) > after) return this.#loseTo(after + 1);
    const object: ObjectRef = await objects.put("entry", after + 1, bytes);
    const message = asideMessage(bytes, object);
    const revision = await this.#send(bytes, message, after, noteUnanswered);
    if (revision === undefined) await objects.drop(object.name);
    return revision;
  }

  async #send(
    bytes: Uint8Array,
    message: EntryMessage,
    after: Revision,
    noteUnanswered: () => void,
  ): Promise<Revision | undefined> {
    const { reader } = this.#parts;
    const id = randomBytes(12).toString("hex");
    const deadline = performance.now() + giveUpAfterMs;
    for (;;) {
      try {
        const revision = await this.#publish(message, id, after);
        if (revision === undefined) return undefined;
        reader.note(revision, { bytes, sha256: hash("sha256", bytes, "hex") });
        return revision;
      } catch (error) {
        const isRefused = wrongLastSequence.has(codeOf(error));
        if (!isRefused && !isSilence(error)) throw error;
        const isOver = performance.now() > deadline;
        if (isRefused) {
          const found = await reader.find(after + 1);
          if (found?.header.get(idHeader) === id) {
            reader.note(after + 1, { bytes, sha256: hash("sha256", bytes, "hex") });
            return after + 1;
          }
          if (found !== undefined) return this.#loseTo(after + 1);
          // Nothing stands there: the log is not as long, begins later, or another's entry is on its way.
          if ((await reader.askLast()) !== after || isOver) return undefined;
        } else {
          noteUnanswered();
          if (isOver) throw error;
        }
        await setTimeout(pauseMs);
      }
    }
  }

  async #publish(
    message: EntryMessage,
    id: string,
    after: Revision,
  ): Promise<Revision | undefined> {
    const { js, streams, reader } = this.#parts;
    // There never was one: what the writer knows is not this log.
    if (reader.sequenceOf(after) < 0) return undefined;
    const { seq } = await js.publish(streams.entrySubject, message.data, {
      headers: message.header,
      msgID: id,
      expect: { streamName: streams.changes, lastSequence: reader.sequenceOf(after) },
      timeout: answerTimeoutMs,
    });
    const revision = reader.revisionOf(seq);
    if (revision === after + 1) return revision;
    throw new Error(`The server compared with revision ${after}, and appended at ${revision}`);
  }

  /** Its writer decides again on the entry that was first, and must not wait to hear of it. */
  async #loseTo(revision: Revision): Promise<undefined> {
    const { reader } = this.#parts;
    await reader.readOne(revision);
    reader.note(revision, undefined);
  }
}
