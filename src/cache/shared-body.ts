/**
 * A body that comes once and is read by many, each at their own pace.
 *
 * Nobody gets the last of it before it is kept, so that who has it all and asks another process of the
 * node again finds it there; but no store may keep them waiting for long.
 *
 * Its latest bytes are in memory; older ones are read back from the writer that keeps them. Where
 * there is none, or it has given up, the body comes no faster than the slowest reader takes it; one
 * that takes nothing at all while others wait is broken off.
 */
import type { BodySink, BodySource } from "../base/body.ts";
import { BodyReader, type ReadBody } from "./body-reader.ts";
import { BodyWindow } from "./body-window.ts";
import type { Stored, StoreWriter } from "./store.ts";
import type { WindowMemory } from "./window-memory.ts";

/** For how long a reader may take nothing while others wait for it, in milliseconds. */
const stalledMs = 5000;

/**
 * A writer that takes more and is this far behind with what can be read back has given up, in bytes:
 * one that only takes its time asks to wait before that.
 */
const lagMax = 2 * 1024 * 1024;

/** How long readers wait for the last bytes until they are kept, in milliseconds. */
const keptWithinMs = 500;

export interface SharedBodyEvents {
  /** It will not be kept, though it still comes. */
  notKept(): void;
  /** All has come, or the rest will not. */
  ended(isComplete: boolean): void;
  /** Readers may have all of it. */
  complete(): void;
  /** It is kept, or will not be. Called once, after `ended`. */
  done(kept: Stored | undefined): void;
}

export class SharedBody implements BodySink, ReadBody {
  readonly length: number | undefined;
  readonly readers = new Set<BodyReader>();
  readonly #source: BodySource;
  readonly #memory: WindowMemory;
  readonly #events: SharedBodyEvents;
  readonly #window = new BodyWindow();
  /** Those that have all there is, once there were any. */
  #followers: Set<BodyReader> | undefined;
  #writer: StoreWriter | undefined;
  #stage: "coming" | "keeping" | "complete" | "broken" = "coming";
  /** The last bytes, until they are kept. */
  #held: Uint8Array | undefined;
  /** What is kept may close its file when nobody reads it, as readers do between two pieces. */
  #hold: BodySource | undefined;
  #isDone = false;
  #received = 0;
  #isWriterBusy = false;
  #hasWriterGivenUp = false;
  /** Has the source go on. */
  #goOn: (() => void) | undefined;
  /** No reader was behind this position when it was last looked. */
  #floor = 0;
  /** Where nothing more is taken before all readers have come to a position, that. */
  #mark: number | undefined;
  #behindMark = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param memory what it shares with other bodies that are on their way */
  constructor(
    source: BodySource,
    writer: StoreWriter | undefined,
    memory: WindowMemory,
    events: SharedBodyEvents,
  ) {
    this.length = source.length;
    this.#source = source;
    this.#writer = writer;
    this.#memory = memory;
    this.#events = events;
  }

  get received(): number {
    return this.#received;
  }

  get isComplete(): boolean {
    return this.#stage === "complete";
  }

  get isComing(): boolean {
    return this.#stage === "coming";
  }

  /** Whether it will never be complete. */
  get isBroken(): boolean {
    return this.#stage === "broken";
  }

  /** Whether it will be kept, as far as is known. */
  get isKept(): boolean {
    return this.#writer !== undefined && !this.#hasWriterGivenUp;
  }

  /** Whether it can still be read from its first byte. */
  get isReadable(): boolean {
    return !this.isBroken && this.#window.first <= (this.#writer?.readable ?? 0);
  }

  /** How much of it is in memory, in bytes. */
  get inMemory(): number {
    return this.#window.bytes;
  }

  /** Has it come. */
  begin(): void {
    this.#memory.add(this);
    const source = this.#source;
    const { whole } = source;
    if (whole === undefined) source.sendTo(this);
    else {
      source.discard();
      if (whole.length > 0) this.write(whole);
      this.end();
    }
  }

  /** Nobody reads it: lets go of its bytes in memory, where it is nowhere on its way any more. */
  forget(): void {
    if (!this.#isDone) return;
    this.#memory.remove(this);
    this.#window.clear();
    this.#hold?.discard();
    this.#hold = undefined;
    this.#writer = undefined;
  }

  reader(): BodyReader {
    const reader = new BodyReader(this);
    if (this.isBroken) reader.leave();
    else {
      this.readers.add(reader);
      this.#memory.readers += 1;
      this.#floor = 0;
      if (this.#mark !== undefined) this.#behindMark += 1;
    }
    return reader;
  }

  // What comes.

  write(chunk: Uint8Array): boolean {
    if (this.#stage !== "coming" || chunk.length === 0) return true;
    if (this.isKept && this.#received + chunk.length === this.length) {
      this.#held = chunk;
      this.#writeToWriter(chunk);
      return true;
    }
    this.#take(chunk);
    this.#writeToWriter(chunk);
    this.#tellFollowers();
    this.trim();
    return !this.#isTooMuch();
  }

  #take(chunk: Uint8Array): void {
    this.#received += chunk.length;
    this.#window.append(chunk);
    this.#memory.grew(chunk.length);
  }

  whenReady(go: () => void): void {
    this.#goOn = go;
    this.#mayGoOn();
  }

  end(): void {
    if (this.#stage !== "coming") return;
    this.#stage = "keeping";
    this.#stopWaiting();
    const writer = this.#writer;
    writer?.end();
    this.#events.ended(true);
    if (writer === undefined) {
      this.#complete();
      this.#done(undefined);
      return;
    }
    this.#hold = writer.slice(0, 0);
    const timer = setTimeout(() => this.#complete(), keptWithinMs);
    const kept = (stored: Stored | undefined): void => {
      clearTimeout(timer);
      this.#complete();
      this.#done(stored);
    };
    if (!this.isKept) this.#complete();
    void writer.commit().then(kept, () => kept(undefined));
  }

  #complete(): void {
    if (this.#stage !== "keeping") return;
    if (this.#held !== undefined) this.#take(this.#held);
    this.#held = undefined;
    this.#stage = "complete";
    this.#tellFollowers();
    this.#events.complete();
  }

  breakOff(): void {
    if (this.#stage !== "coming") return;
    this.#stage = "broken";
    this.#held = undefined;
    this.#stopWaiting();
    this.#writer?.breakOff();
    this.#writer = undefined;
    for (const reader of this.readers) reader.leave();
    this.#events.ended(false);
    this.#done(undefined);
  }

  // What goes on to readers.

  fromMemory(position: number): Uint8Array | undefined {
    return this.#window.from(position);
  }

  wholeFromMemory(first: number, end: number): Uint8Array | undefined {
    return this.#window.between(first, end);
  }

  readBack(position: number, end: number): BodySource | undefined {
    const writer = this.#writer;
    if (writer === undefined || position >= writer.readable) return undefined;
    const upTo = Math.min(end, this.#window.first, writer.readable);
    return writer.slice(position, Math.min(upTo, position + this.#memory.readBackSize));
  }

  follow(reader: BodyReader): void {
    this.#followers ??= new Set();
    this.#followers.add(reader);
  }

  unfollow(reader: BodyReader): void {
    this.#followers?.delete(reader);
  }

  moved({ position }: BodyReader, from: number): void {
    if (this.#mark !== undefined && from < this.#mark && position >= this.#mark) this.#passedMark();
  }

  left(reader: BodyReader): void {
    if (!this.readers.delete(reader)) return;
    this.#memory.readers -= 1;
    if (this.#mark !== undefined && reader.position < this.#mark) this.#passedMark();
  }

  /** Lets go of what may leave memory, beyond this body's share of it. */
  trim(): void {
    const keep = this.#memory.share;
    const before = this.#window.bytes;
    if (before <= keep) return;
    const readable = this.#writer?.readable ?? 0;
    this.#window.drop(this.isKept ? readable : Math.max(readable, this.#slowest(keep)), keep);
    this.#memory.shrank(before - this.#window.bytes);
  }

  #tellFollowers(): void {
    if (this.#followers === undefined) return;
    for (const reader of this.#followers) reader.advance();
  }

  #writeToWriter(chunk: Uint8Array): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    const isReady = writer.write(chunk);
    const wasKept = this.isKept;
    this.#hasWriterGivenUp ||= isReady && this.#received - writer.readable > lagMax;
    if (wasKept && !this.isKept) this.#events.notKept();
    if (isReady || this.#isWriterBusy) return;
    this.#isWriterBusy = true;
    writer.whenReady(() => {
      this.#isWriterBusy = false;
      this.#mayGoOn();
    });
  }

  #mayGoOn(): void {
    if (this.#goOn === undefined || this.#stage !== "coming") return;
    this.trim();
    if (this.#isTooMuch()) return;
    const goOn = this.#goOn;
    this.#goOn = undefined;
    goOn();
  }

  /** Whether nothing more is to come for now; sees to it that it is looked again. */
  #isTooMuch(): boolean {
    if (this.#isWriterBusy || this.#mark !== undefined) return true;
    return !this.isKept && this.#window.bytes >= this.#memory.share && this.#waitForReaders();
  }

  /** @returns a position that no reader is behind; the bytes that have come where there are none */
  #slowest(keep: number): number {
    if (this.#floor >= this.#received - keep) return this.#floor;
    let floor = this.#received;
    for (const { position } of this.readers) floor = Math.min(floor, position);
    this.#floor = floor;
    return floor;
  }

  /** @returns false when there is nobody to wait for */
  #waitForReaders(): boolean {
    const mark = this.#received - this.#memory.share / 2;
    let behind = 0;
    for (const reader of this.readers) {
      reader.seenAt = reader.position;
      if (reader.position < mark) behind += 1;
    }
    if (behind === 0) return false;
    this.#mark = mark;
    this.#behindMark = behind;
    this.#timer = setTimeout(() => this.#breakStalled(), stalledMs).unref();
    return true;
  }

  #passedMark(): void {
    this.#behindMark -= 1;
    if (this.#behindMark > 0) return;
    this.#stopWaiting();
    this.#mayGoOn();
  }

  #breakStalled(): void {
    const mark = this.#mark ?? 0;
    const somebodyWaits = this.#behindMark < this.readers.size;
    this.#timer = setTimeout(() => this.#breakStalled(), stalledMs).unref();
    for (const reader of this.readers) {
      if (reader.position >= mark) continue;
      if (reader.position === reader.seenAt && somebodyWaits) reader.leave();
      else reader.seenAt = reader.position;
    }
  }

  #stopWaiting(): void {
    this.#mark = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #done(kept: Stored | undefined): void {
    this.#isDone = true;
    this.#events.done(kept);
  }
}
