/** A store's writer in memory, whose pace and failures the test sets. */
import assert from "node:assert/strict";
import { WholeBody, type BodySource } from "../../src/base/body.ts";
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
  /** Whether it remembers the bytes, rather than making them up from `byteAt`. */
  readonly byteAt?: (position: number) => number;
}

export class FakeWriter implements StoreWriter {
  readable = 0;
  written = 0;
  fate: "open" | "ended" | "committed" | "broken" = "open";
  readonly #options: FakeWriterOptions;
  readonly #chunks: Uint8Array[] = [];
  readonly #committed = Promise.withResolvers<Stored | undefined>();
  #go: (() => void) | undefined;

  constructor(options: FakeWriterOptions = {}) {
    this.#options = options;
  }

  write(chunk: Uint8Array): boolean {
    assert.equal(this.fate, "open");
    if (this.#options.byteAt === undefined) this.#chunks.push(chunk);
    this.written += chunk.length;
    if (this.#options.isPrompt !== false) this.readable = this.written;
    return this.written - this.readable <= (this.#options.behindMax ?? Infinity);
  }

  whenReady(go: () => void): void {
    assert.equal(this.#go, undefined, "asked twice");
    this.#go = go;
  }

  /** What was written can be read back from now on. */
  flush(): void {
    this.readable = this.written;
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
    assert.ok(first < end && end <= this.readable, `${first} to ${end} of ${this.readable}`);
    const { byteAt } = this.#options;
    if (byteAt === undefined)
      return new WholeBody(Buffer.concat(this.#chunks).subarray(first, end));
    return new WholeBody(
      Uint8Array.from({ length: end - first }, (_, index) => byteAt(first + index)),
    );
  }

  commit(): Promise<Stored | undefined> {
    assert.equal(this.fate, "ended");
    this.fate = "committed";
    return this.#committed.promise;
  }

  /** The commit has come to its end. */
  settle(isKept = true): void {
    const stored = { key: "key", meta: someMeta, length: this.written };
    this.#committed.resolve(isKept ? stored : undefined);
  }
}
