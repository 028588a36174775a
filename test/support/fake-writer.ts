/** A store's writer in memory, whose pace and failures the test sets. */
import assert from "node:assert/strict";
import { WholeBody, type BodySink, type BodySource } from "../../src/base/body.ts";
import type { Stored, StoredMeta, StoreWriter } from "../../src/cache/store.ts";

export const someMeta: StoredMeta = {
  status: 200,
  reason: "OK",
  headers: [],
  storedAt: 0,
  initialAge: 0,
  freshUntil: 1,
  updatingUntil: 0,
  staleUntil: 0,
  revision: 0,
  uri: "/",
  tags: [],
};

export interface FakeWriterOptions {
  /** Whether what is written can be read back by itself; else when `flush` is called. */
  readonly isPrompt?: boolean;
  /** Bytes behind which it asks to wait. */
  readonly behindMax?: number;
  /** What will be written, where it need not remember it. */
  readonly written?: Uint8Array;
  /** Bytes after which it gives up, as a store does that is full. */
  readonly room?: number;
  /** Whether what is read back comes piece by piece, each when `work` is called. */
  readonly isSlow?: boolean;
}

export class FakeWriter implements StoreWriter {
  readable = 0;
  written = 0;
  fate: "open" | "ended" | "committed" | "broken" = "open";
  /** How many are being read back. */
  reading = 0;
  readonly #options: FakeWriterOptions;
  readonly #chunks: Uint8Array[] = [];
  readonly #committed = Promise.withResolvers<Stored | undefined>();
  #isSettled = false;
  #isClosed = false;
  #work: (() => void)[] = [];
  #go: (() => void) | undefined;

  constructor(options: FakeWriterOptions = {}) {
    this.#options = options;
  }

  get hasGivenUp(): boolean {
    return this.written > (this.#options.room ?? Infinity);
  }

  write(chunk: Uint8Array): boolean {
    assert.equal(this.fate, "open");
    const { isPrompt, behindMax = Infinity } = this.#options;
    if (this.#options.written === undefined) this.#chunks.push(chunk);
    this.written += chunk.length;
    if (this.hasGivenUp) return true;
    if (isPrompt !== false) this.readable = this.written;
    return this.written - this.readable <= behindMax;
  }

  whenReady(go: () => void): void {
    assert.equal(this.#go, undefined, "asked twice");
    this.#go = go;
  }

  /** What was written can be read back from now on. */
  flush(): void {
    if (!this.hasGivenUp) this.readable = this.written;
    const go = this.#go;
    this.#go = undefined;
    go?.();
  }

  end(): void {
    assert.equal(this.fate, "open");
    this.fate = "ended";
  }

  breakOff(): void {
    assert.equal(this.fate, "open");
    this.fate = "broken";
  }

  slice(first: number, end: number): BodySource {
    assert.ok(first <= end && end <= this.readable, `${first} to ${end} of ${this.readable}`);
    assert.ok(!this.#isClosed, "read back from a file that is closed");
    const { written = Buffer.concat(this.#chunks), isSlow } = this.#options;
    const bytes = written.subarray(first, end);
    this.reading += 1;
    const whole = new WholeBody(bytes);
    return {
      length: bytes.length,
      whole: undefined,
      sendTo: (sink) => {
        if (isSlow === true) {
          this.#sendSlowly(bytes, sink);
          return;
        }
        this.#wasRead();
        whole.sendTo(sink);
      },
      discard: () => this.#wasRead(),
    };
  }

  commit(): Promise<Stored | undefined> {
    assert.equal(this.fate, "ended");
    this.fate = "committed";
    this.#closeUnread();
    return this.#committed.promise;
  }

  /** The commit has come to its end. What nobody reads from any more by then, nobody will. */
  settle(isKept = true): void {
    this.#isSettled = true;
    this.#closeUnread();
    const stored = { key: "key", meta: someMeta, length: this.written };
    this.#committed.resolve(isKept && !this.hasGivenUp ? stored : undefined);
  }

  /** @returns false when there was nothing to do */
  work(): boolean {
    const work = this.#work;
    this.#work = [];
    for (const piece of work) piece();
    return work.length > 0;
  }

  #wasRead(): void {
    this.reading -= 1;
    this.#closeUnread();
  }

  #closeUnread(): void {
    this.#isClosed ||= this.#isSettled && this.fate === "committed" && this.reading === 0;
  }

  #sendSlowly(bytes: Uint8Array, sink: BodySink): void {
    const pieceMax = 10_000;
    this.#work.push(() => {
      const goOn = (): void => this.#sendSlowly(bytes.subarray(pieceMax), sink);
      if (bytes.length === 0) {
        this.#wasRead();
        sink.end();
      } else if (sink.write(bytes.subarray(0, pieceMax))) goOn();
      else sink.whenReady(goOn);
    });
  }
}
