import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { BodySink, BodySource } from "../../base/body.ts";
import { watchedBody } from "../../../test/support/watched-body.ts";
import { Compressions } from "./compress.ts";
import { CompressedBody } from "./compressed-body.ts";

/** Random bytes, which fill whatever holds them: they hardly get smaller. */
const noise = Buffer.from(
  Array.from({ length: 1_000_000 }, (_, i) => Math.imul(i, 2654435761) >>> 13),
);

/** A sink that takes a chunk at a time, and what has come of it. */
class SlowSink implements BodySink {
  readonly chunks: Uint8Array[] = [];
  readonly over: Promise<"end" | "break">;
  go: (() => void) | undefined;
  #tell: (end: "end" | "break") => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<"end" | "break">();
    this.over = promise;
    this.#tell = resolve;
  }

  write(chunk: Uint8Array): boolean {
    assert.equal(this.go, undefined, "written to while it was busy");
    this.chunks.push(chunk);
    return false;
  }

  whenReady(go: () => void): void {
    this.go = go;
    setImmediate(() => {
      this.go = undefined;
      go();
    });
  }

  end(): void {
    this.#tell("end");
  }

  breakOff(): void {
    this.#tell("break");
  }
}

/** Sends chunks as fast as they are taken. */
function chunked(chunks: readonly Uint8Array[]): BodySource & { sent: number } {
  return {
    sent: 0,
    length: undefined,
    whole: undefined,
    sendTo(sink) {
      while (this.sent < chunks.length) {
        this.sent += 1;
        if (sink.write(chunks[this.sent - 1] as Uint8Array)) continue;
        sink.whenReady(() => this.sendTo(sink));
        return;
      }
      sink.end();
    },
    discard() {},
  };
}

for (const [coding, decode] of [
  ["gzip", gunzipSync],
  ["br", brotliDecompressSync],
] as const) {
  test(`CompressedBody writes ${coding} as its reader takes it`, async () => {
    let overs = 0;
    const chunks = Array.from({ length: 20 }, (_, i) =>
      noise.subarray(i * 50_000, (i + 1) * 50_000),
    );
    const sink = new SlowSink();
    new CompressedBody(chunked(chunks), coding, () => (overs += 1)).sendTo(sink);
    assert.equal(await sink.over, "end");
    assert.deepEqual(decode(Buffer.concat(sink.chunks)), noise);
    assert.equal(overs, 1);
  });
}

test("CompressedBody takes no more than it can pass on", async () => {
  const source = chunked(Array.from({ length: 100 }, () => noise));
  const sink: BodySink = {
    write: () => false,
    whenReady: () => {},
    end: () => {},
    breakOff: () => {},
  };
  new CompressedBody(source, "gzip", () => {}).sendTo(sink);
  let before = -1;
  while (before < source.sent) {
    before = source.sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(source.sent < 10, `${source.sent} of 100 chunks were taken`);
});

test("CompressedBody breaks off where its source does", async () => {
  let overs = 0;
  const source: BodySource = {
    length: undefined,
    whole: undefined,
    sendTo(sink) {
      sink.write(noise);
      setImmediate(() => {
        sink.breakOff();
        sink.write(noise);
        sink.end();
      });
    },
    discard() {},
  };
  const sink = new SlowSink();
  new CompressedBody(source, "br", () => (overs += 1)).sendTo(sink);
  assert.equal(await sink.over, "break");
  assert.equal(overs, 1);
});

test("CompressedBody discards its source", (t) => {
  const compressions = new Compressions(1);
  const giveBack = compressions.take();
  assert.ok(giveBack);
  assert.equal(compressions.take(), undefined);
  const body = watchedBody(t);
  new CompressedBody(body, "gzip", giveBack).discard();
  assert.deepEqual(body.fate, ["discarded"]);
  assert.notEqual(compressions.take(), undefined);
});
