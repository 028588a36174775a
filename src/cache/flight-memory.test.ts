/**
 * A large body that one viewer takes at once and a hundred take slowly: what it holds in memory.
 *
 * `npm run soak -- flights` takes one of 1 GB.
 *
 * @alone
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PacedSink, PushedBody, TestViewer } from "../../test/support/body-ends.ts";
import { FakeWriter } from "../../test/support/fake-writer.ts";
import { WholeBody, type BodySource } from "../base/body.ts";
import { Flights } from "./flights.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MB = 1024 * 1024;
const chunkBytes = 64 * 1024;
const bodyBytes = Number(process.env["FOOTLIGHT_FLIGHT_MB"] ?? 64) * MB;

/** A chunk of a body: all of its bytes tell which one it is. */
function chunkAt(position: number, length: number): Buffer {
  return Buffer.alloc(length, Math.floor(position / chunkBytes) % 251);
}

/** Gives back what it would have kept, in memory of its own. */
class ForgetfulWriter extends FakeWriter {
  override slice(first: number, end: number): BodySource {
    const chunks: Buffer[] = [];
    for (let at = first; at < end;) {
      const next = Math.min(end, at - (at % chunkBytes) + chunkBytes);
      chunks.push(chunkAt(at, next - at));
      at = next;
    }
    return new WholeBody(Buffer.concat(chunks));
  }
}

/** Looks at what it takes, and keeps what it has not told to be taken yet, as a socket does. */
class CheckingSink extends PacedSink {
  readonly #unread: Uint8Array[] = [];

  constructor(takes: number) {
    super(takes, false);
  }

  override write(chunk: Uint8Array): boolean {
    const at = this.received;
    assert.equal(chunk[0], Math.floor(at / chunkBytes) % 251);
    assert.equal(chunk.at(-1), Math.floor((at + chunk.length - 1) / chunkBytes) % 251);
    this.#unread.push(chunk);
    const isReady = super.write(chunk);
    if (isReady) this.#unread.length = 0;
    return isReady;
  }

  override take(chunks?: number): void {
    this.#unread.length = 0;
    super.take(chunks);
  }
}

test(`${bodyBytes / MB} MB, taken by one at once and by a hundred slowly, are never in memory`, async (t) => {
  const flights = new Flights<string>();
  const flight = flights.begin("key");
  const writer = new ForgetfulWriter({ written: new Uint8Array(0) });
  const body = new PushedBody(bodyBytes);
  const viewers = Array.from({ length: 101 }, () => new TestViewer());
  for (const viewer of viewers) flight.keepFor(viewer);
  flight.share("head", body, writer, () => {});
  const [fast, ...slow] = viewers.map((viewer, index) => {
    const sink = new CheckingSink(index === 0 ? Infinity : 1);
    flight.read(viewer).sendTo(sink);
    return sink;
  });

  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let at = 0; at < bodyBytes; at += chunkBytes) {
    body.push(chunkAt(at, chunkBytes));
    const count = at / chunkBytes;
    slow[count % 100]?.take(1 + (count % 7));
    assert.ok(flights.inMemory <= MB + chunkBytes, `${flights.inMemory} bytes of window`);
    // What is held, not what has yet to be collected.
    if (count % 512 === 511) {
      // Twice: buffers are freed beside the first.
      collect();
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
  }
  body.end();
  writer.settle();
  await setImmediate();
  assert.deepEqual([fast?.fate, fast?.received], ["ended", bodyBytes]);
  t.diagnostic(`${(most / MB).toFixed(1)} MB held at most`);
  // Each slow reader holds what it has not taken yet, of up to 256 KB that were read back at once.
  assert.ok(most <= 100 * 256 * 1024 + 4 * MB, `${(most / MB).toFixed(1)} MB held`);

  slow[7]?.take();
  assert.deepEqual([slow[7]?.fate, slow[7]?.received], ["ended", bodyBytes]);
  for (const viewer of viewers) viewer.leave();
  for (const [index, sink] of slow.entries()) {
    if (index !== 7) assert.equal(sink.fate, "broken");
  }
});
