/** Both ends of a body on its way, moved by hand: what a test brings, and what it takes. */
import assert from "node:assert/strict";
import type { BodySink, BodySource } from "../../src/base/body.ts";
import type { Wanted } from "../../src/base/wanted.ts";

/** A body that comes when the test says so. */
export class PushedBody implements BodySource {
  readonly length: number | undefined;
  readonly whole = undefined;
  fate: "untouched" | "sent" | "discarded" = "untouched";
  /** Whether it was asked to wait. */
  isHeld = false;
  #sink: BodySink | undefined;

  constructor(length?: number) {
    this.length = length;
  }

  sendTo(sink: BodySink): void {
    assert.equal(this.fate, "untouched");
    this.fate = "sent";
    this.#sink = sink;
  }

  discard(): void {
    assert.equal(this.fate, "untouched");
    this.fate = "discarded";
  }

  push(chunk: Uint8Array): void {
    assert.ok(!this.isHeld, "pushed while it was asked to wait");
    if (this.#sink?.write(chunk) !== false) return;
    this.isHeld = true;
    this.#sink.whenReady(() => {
      this.isHeld = false;
    });
  }

  end(): void {
    this.#sink?.end();
  }

  breakOff(): void {
    this.#sink?.breakOff();
  }
}

/** Takes a body at the pace that the test sets. */
export class PacedSink implements BodySink {
  readonly chunks: Uint8Array[] = [];
  received = 0;
  fate: "none" | "ended" | "broken" = "none";
  /** How many more chunks it takes before it asks to wait. */
  #takes: number;
  #go: (() => void) | undefined;
  readonly #keeps: boolean;

  /** @param takes chunks before it asks to wait the first time */
  constructor(takes = Infinity, keeps = true) {
    this.#takes = takes;
    this.#keeps = keeps;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("latin1");
  }

  get waits(): boolean {
    return this.#go !== undefined;
  }

  write(chunk: Uint8Array): boolean {
    assert.equal(this.fate, "none", "written after its end");
    assert.equal(this.#go, undefined, "written before it was ready");
    if (this.#keeps) this.chunks.push(chunk);
    this.received += chunk.length;
    this.#takes -= 1;
    return this.#takes > 0;
  }

  whenReady(go: () => void): void {
    assert.equal(this.#go, undefined, "asked twice");
    this.#go = go;
  }

  /** Takes more, where it had asked to wait. */
  take(chunks = Infinity): void {
    this.#takes = chunks;
    const go = this.#go;
    this.#go = undefined;
    go?.();
  }

  end(): void {
    assert.equal(this.fate, "none", "ended twice");
    this.fate = "ended";
  }

  breakOff(): void {
    assert.equal(this.fate, "none", "broken off after its end");
    this.fate = "broken";
  }
}

/** A viewer who leaves when the test says so. */
export class TestViewer implements Wanted {
  isOver = false;
  readonly #toTell: (() => void)[] = [];

  whenOver(told: () => void): void {
    this.#toTell.push(told);
  }

  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const told of this.#toTell) told();
  }
}
