/**
 * What does it cost a miss that its fetch could be shared?
 *
 * One process, no sockets: an origin's body goes to a viewer's sink directly, and through a flight
 * that is begun, kept for its viewer, shared and read. "whole" is a body of 1 KB that is here when
 * its head is; "pieces" one of 96 KB in six. The writer keeps nothing, so that no store is measured.
 * "a waiter" is one more viewer who waits and reads; its memory is what 20,000 of them take while they wait.
 * Unfair would be a run on a busy machine: the rounds of both kinds alternate, and the ratio of their best counts.
 *
 * Run: node --expose-gc bench/how-long-is-a-shared-fetch.bench.ts
 */
import { WholeBody, type BodySink, type BodySource } from "../src/base/body.ts";
import type { Wanted } from "../src/base/wanted.ts";
import { Flights } from "../src/cache/flights.ts";
import type { StoreWriter } from "../src/cache/store.ts";

const perRound = 4000;
const rounds = 80;
const small = Buffer.alloc(1024, "x");
const piece = Buffer.alloc(16 * 1024, "x");

class Viewer implements Wanted {
  isOver = false;
  readonly #toTell: (() => void)[] = [];

  whenOver(told: () => void): void {
    this.#toTell.push(told);
  }

  end(): void {
    this.isOver = true;
    for (const told of this.#toTell) told();
  }
}

class Pieces implements BodySource {
  readonly length = 6 * piece.length;
  readonly whole = undefined;

  sendTo(sink: BodySink): void {
    for (let count = 0; count < 6; count += 1) sink.write(piece);
    sink.end();
  }

  discard(): void {}
}

const sink: BodySink = { write: () => true, whenReady() {}, end() {}, breakOff() {} };
const noBytes: BodySource = new WholeBody(new Uint8Array(0));

function writer(): StoreWriter {
  let written = 0;
  return {
    get readable() {
      return written;
    },
    write(chunk) {
      written += chunk.length;
      return true;
    },
    whenReady() {},
    end() {},
    breakOff() {},
    slice: () => noBytes,
    commit: () => Promise.resolve(undefined),
  };
}

function take(body: BodySource, viewer: Viewer): void {
  if (body.whole === undefined) body.sendTo(sink);
  else body.discard();
  viewer.end();
}

type Bring = () => Promise<BodySource>;

async function direct(bring: Bring): Promise<void> {
  for (let done = 0; done < perRound; done += 1) {
    const viewer = new Viewer();
    take(await bring(), viewer);
  }
}

const flights = new Flights<string>();

async function shared(bring: Bring, waiters: number): Promise<void> {
  for (let done = 0; done < perRound; done += 1) {
    const viewer = new Viewer();
    const flight = flights.begin(`key ${done}`);
    flight.keepFor(viewer);
    const others = Array.from({ length: waiters }, () => new Viewer());
    for (const other of others) {
      void Promise.resolve(flight.wait(other)).then(() => take(flight.read(other), other));
    }
    flight.share("head", await bring(), writer(), () => {});
    take(flight.read(viewer), viewer);
  }
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return ((performance.now() - start) / perRound) * 1000;
}

async function row(what: string, bring: Bring): Promise<Record<string, unknown>> {
  const best = [Infinity, Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    const times = [
      await timed(() => direct(bring)),
      await timed(() => shared(bring, 0)),
      await timed(() => shared(bring, 10)),
    ];
    for (const [index, time] of times.entries()) best[index] = Math.min(best[index] ?? time, time);
  }
  const [alone = 0, one = 0, eleven = 0] = best;
  return {
    what,
    "direct µs": alone.toFixed(2),
    "shared µs": one.toFixed(2),
    "more µs": (one - alone).toFixed(2),
    "a waiter µs": ((eleven - one) / 10).toFixed(2),
  };
}

function bytesOfAWaiter(): number {
  const count = 20_000;
  const viewers = Array.from({ length: count }, () => new Viewer());
  const flight = flights.begin("awaited");
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const waits = viewers.map((viewer) => flight.wait(viewer));
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  flight.settle("head");
  return waits.length > 0 ? bytes : 0;
}

console.table([
  await row("whole", () => Promise.resolve(new WholeBody(small))),
  await row("pieces", () => Promise.resolve(new Pieces())),
]);
if (globalThis.gc !== undefined) console.log(`a waiter takes ${bytesOfAWaiter().toFixed(0)} bytes`);
