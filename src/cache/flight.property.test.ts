/**
 * Whatever viewers, the origin and the writer do, in whatever order: each reader gets exactly the
 * bytes that it asked for or is broken off, nothing cut short is kept, and a fetch goes on as long
 * as somebody wants it and no longer.
 *
 * `npm run soak -- flights` runs it longer.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { PacedSink, PushedBody, TestViewer } from "../../test/support/body-ends.ts";
import { FakeWriter } from "../../test/support/fake-writer.ts";
import type { Flight } from "./flight.ts";
import { Flights } from "./flights.ts";
import type { Stored } from "./store.ts";

const numRuns = Number(process.env["FOOTLIGHT_FUZZ_FLIGHTS"] ?? 300);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
const bodyMax = 6 * 1024 * 1024;
/** What every body is the beginning of: no two places look alike. */
const allBytes = Buffer.from(
  Uint32Array.from({ length: bodyMax / 4 }, (_, index) => Math.imul(index, 0x9e3779b1)).buffer,
);

type Step =
  | { readonly do: "arrive"; readonly waits: boolean }
  | { readonly do: "hold" | "letGo" | "share" | "end" | "breakOff" }
  | { readonly do: "flush" | "work" | "settleCommit" }
  | { readonly do: "read"; readonly who: number; readonly part: readonly [number, number] | null }
  | { readonly do: "leave" | "discard"; readonly who: number }
  | { readonly do: "take"; readonly who: number; readonly chunks: number }
  | { readonly do: "push"; readonly bytes: number };

const who = fc.nat(9);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("arrive" as const), waits: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("hold" as const, "letGo", "end", "breakOff") }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("share" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("flush" as const, "work", "settleCommit") }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      who,
      part: fc.option(fc.tuple(fc.nat(400_000), fc.nat(400_000)), { freq: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("leave" as const, "discard"), who }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("take" as const),
      who,
      chunks: fc.constantFrom(1, 2, 5, Infinity),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("push" as const),
      bytes: fc.oneof(
        fc.nat(20),
        fc.nat(5000),
        fc.integer({ min: 5000, max: 70_000 }),
        fc.integer({ min: 70_000, max: 700_000 }),
      ),
    }),
  },
);

interface Case {
  readonly steps: readonly Step[];
  readonly writer: "none" | "prompt" | "late" | "slow" | "full";
  readonly knowsLength: boolean;
  readonly memory: number;
}

const someCase: fc.Arbitrary<Case> = fc.record({
  steps: fc.array(step, { maxLength: 120, size: "max" }),
  writer: fc.constantFrom("none", "prompt", "late", "slow", "full"),
  knowsLength: fc.boolean(),
  memory: fc.constantFrom(1000, 200_000, 1_000_000, 64_000_000),
});

function writerOf({ writer }: Case): FakeWriter | undefined {
  const written = allBytes;
  switch (writer) {
    case "none":
      return undefined;
    case "prompt":
      return new FakeWriter({ written });
    case "late":
      return new FakeWriter({ written, isPrompt: false, behindMax: 200_000 });
    case "slow":
      return new FakeWriter({ written, isSlow: true });
    case "full":
      return new FakeWriter({ written, room: 300_000 });
  }
}

/** A viewer, and what it has asked for. */
interface Seat {
  readonly viewer: TestViewer;
  head: string | undefined;
  /** Bytes that were found to be right. */
  checked: number;
  sink: PacedSink | undefined;
  part: readonly [number, number] | null;
}

class Model {
  readonly flights: Flights<string>;
  readonly flight: Flight<string>;
  readonly seats: Seat[] = [];
  readonly body: PushedBody;
  readonly writer: FakeWriter | undefined;
  readonly length: number | undefined;
  readonly done: (Stored | undefined)[] = [];
  stage: "asking" | "sharing" | "complete" | "broken" = "asking";
  pushed = 0;
  /** Whether nobody wanted it at some time. */
  isGivenUp = false;
  #letGo: (() => void) | undefined;
  #hasBegun = false;

  constructor(case_: Case) {
    this.flights = new Flights(case_.memory);
    this.flight = this.flights.begin("key");
    this.writer = writerOf(case_);
    const pushes = case_.steps.reduce(
      (sum, each) => sum + (each.do === "push" ? each.bytes : 0),
      0,
    );
    this.length = case_.knowsLength ? Math.min(bodyMax, pushes) : undefined;
    this.body = new PushedBody(this.length);
    this.flight.whenOver(() => {
      if (this.stage === "sharing") this.body.breakOff();
    });
  }

  async act(step: Step): Promise<void> {
    switch (step.do) {
      case "arrive":
        await this.#arrive(step.waits);
        break;
      case "hold":
        this.#letGo ??= this.flight.hold();
        this.#hasBegun = true;
        break;
      case "letGo":
        this.#letGo?.();
        this.#letGo = undefined;
        break;
      case "share":
        if (this.stage === "asking" && this.#hasBegun && !this.isGivenUp) {
          this.stage = "sharing";
          this.flight.share("head", this.body, this.writer, (kept) => this.done.push(kept));
          for (const seat of this.seats) if (!seat.viewer.isOver) seat.head = "head";
        }
        break;
      case "read":
        this.#read(step.who, step.part);
        break;
      case "leave":
        this.#seat(step.who)?.viewer.leave();
        break;
      case "discard": {
        const seat = this.#seat(step.who);
        if (seat?.head !== undefined && seat.sink === undefined && !seat.viewer.isOver) {
          this.flight.read(seat.viewer).discard();
          seat.viewer.leave();
        }
        break;
      }
      case "take":
        this.#seat(step.who)?.sink?.take(step.chunks);
        break;
      case "push":
        this.#push(step.bytes);
        break;
      case "end":
        this.#end();
        break;
      case "breakOff":
        if (this.stage === "sharing") {
          this.stage = "broken";
          this.body.breakOff();
        }
        break;
      case "flush":
        this.writer?.flush();
        break;
      case "work":
        this.writer?.work();
        break;
      case "settleCommit":
        this.writer?.settle();
        break;
    }
    await setImmediate();
    this.check();
  }

  /** Whether somebody wants what is still to come. */
  get wanted(): boolean {
    if (this.#letGo !== undefined) return true;
    if (this.stage === "sharing" && this.isLittleMissing) return true;
    return this.seats.some(({ viewer }) => !viewer.isOver);
  }

  get isLittleMissing(): boolean {
    const { length, writer, pushed } = this;
    if (length === undefined || writer === undefined) return false;
    // That a writer has given up shows when nothing of much that it took can be read back.
    if (writer.hasGivenUp && writer.written - writer.readable > 2 * 1024 * 1024) return false;
    return length - pushed <= Math.max(1024 * 1024, length / 10);
  }

  #giveUpUnlessWanted(): void {
    if (this.#hasBegun && !this.wanted) this.isGivenUp = true;
    if (this.isGivenUp && this.stage === "sharing") this.stage = "broken";
  }

  check(): void {
    this.#giveUpUnlessWanted();
    for (const seat of this.seats) {
      const { sink, part } = seat;
      if (sink === undefined) continue;
      const [first, end] = part ?? [0, this.pushed];
      for (const chunk of sink.chunks.splice(0)) {
        const at = first + seat.checked;
        seat.checked += chunk.length;
        assert.ok(allBytes.subarray(at, at + chunk.length).equals(chunk), "other bytes");
      }
      assert.equal(seat.checked, sink.received);
      assert.ok(first + seat.checked <= end);
      if (sink.fate !== "ended") continue;
      assert.equal(first + seat.checked, end);
      if (part === null) assert.equal(this.stage, "complete");
    }
    const { writer, stage } = this;
    if (stage === "broken") {
      assert.ok(this.flight.isOver);
      assert.notEqual(this.body.fate, "untouched");
      assert.ok(writer === undefined || writer.fate === "broken");
      for (const { sink } of this.seats) assert.notEqual(sink?.fate, "none");
      assert.equal(this.flights.find("key"), undefined);
      assert.deepEqual(this.done, [undefined]);
    }
    if (stage === "complete") {
      assert.ok(this.flight.isOver);
      assert.ok(writer === undefined || writer.fate === "committed");
    }
    if (stage === "asking" && this.#hasBegun) assert.equal(this.flight.isOver, this.isGivenUp);
    if (stage === "sharing") {
      assert.ok(!this.flight.isOver);
      // What is kept, or is about to be, can be joined at any time.
      if (writer?.hasGivenUp === false) assert.equal(this.flights.find("key"), this.flight);
      if (this.body.isHeld && writer !== undefined && !writer.hasGivenUp) {
        assert.ok(writer.written - writer.readable > 200_000, "held without need");
      }
    }
  }

  /** Everybody takes what there is, and the origin sends what is left. */
  async finish(): Promise<void> {
    for (let round = 0; round < 100 && this.stage === "sharing"; round += 1) {
      await this.#settleAll();
      if (this.length !== undefined && this.pushed < this.length)
        this.#push(this.length - this.pushed);
      this.#end();
    }
    await this.#settleAll();
    this.writer?.settle();
    await setImmediate();
    await this.#settleAll();
    if (this.stage === "asking") return;
    assert.notEqual(this.stage, "sharing", "it stands still");
    for (const { sink } of this.seats)
      assert.notEqual(sink?.fate, "none", "a reader waits for ever");
    assert.equal(this.done.length, 1);
    assert.equal(this.flights.find("key"), undefined);
    for (const { viewer } of this.seats) viewer.leave();
    assert.equal(this.flights.inMemory, 0);
    assert.equal(this.writer?.reading ?? 0, 0, "what was read back was not taken to its end");
  }

  async #settleAll(): Promise<void> {
    for (const seat of this.seats) {
      if (seat.head !== undefined && seat.sink === undefined) this.#readBy(seat, null);
    }
    let isMoving = true;
    for (let round = 0; isMoving; round += 1) {
      assert.ok(round < 2000, "it never comes to rest");
      isMoving = this.writer?.work() === true;
      this.writer?.flush();
      for (const { sink } of this.seats) {
        isMoving ||= sink?.waits === true;
        sink?.take();
      }
      await setImmediate();
      this.check();
    }
  }

  async #arrive(waits: boolean): Promise<void> {
    if (this.seats.length >= 10) return;
    const flight = this.flights.find("key");
    if (flight === undefined) return;
    const seat: Seat = {
      viewer: new TestViewer(),
      head: undefined,
      checked: 0,
      sink: undefined,
      part: null,
    };
    this.seats.push(seat);
    this.#hasBegun = true;
    if (waits) {
      void Promise.resolve(flight.wait(seat.viewer)).then((told) => {
        seat.head = told;
      });
    } else {
      flight.keepFor(seat.viewer);
      seat.head = this.stage === "asking" ? undefined : "head";
    }
    await setImmediate();
    if (this.stage === "sharing" || this.stage === "complete") assert.equal(seat.head, "head");
  }

  #seat(who: number): Seat | undefined {
    return this.seats.length === 0 ? undefined : this.seats[who % this.seats.length];
  }

  #read(who: number, part: Seat["part"]): void {
    const seat = this.#seat(who);
    if (seat?.head === undefined || seat.sink !== undefined || seat.viewer.isOver) return;
    this.#readBy(seat, part);
  }

  #readBy(seat: Seat, part: Seat["part"]): void {
    const [first = 0, length] = part ?? [];
    seat.sink = new PacedSink(2);
    seat.part = length === undefined ? null : [first, first + length];
    const body = this.flight.read(seat.viewer, first, seat.part?.[1]);
    const { whole } = body;
    if (whole === undefined) body.sendTo(seat.sink);
    else {
      assert.equal(this.stage, "complete");
      assert.equal(body.length, whole.length);
      body.discard();
      seat.sink.write(whole);
      seat.sink.end();
    }
  }

  #push(wished: number): void {
    if (this.stage !== "sharing") return;
    let left = Math.min(wished, (this.length ?? bodyMax) - this.pushed);
    while (left > 0 && !this.body.isHeld && this.stage === "sharing") {
      const bytes = Math.min(left, 65_536);
      // A part of a larger buffer is copied on its way, a buffer of its own is not.
      const part = allBytes.subarray(this.pushed, this.pushed + bytes);
      const chunk = bytes % 2 === 0 ? part : new Uint8Array(part);
      this.pushed += bytes;
      left -= bytes;
      this.body.push(chunk);
      this.#giveUpUnlessWanted();
    }
  }

  #end(): void {
    if (this.stage !== "sharing" || this.pushed < (this.length ?? 0)) return;
    this.stage = "complete";
    this.body.end();
  }
}

test("each reader gets exactly what it asked for or is broken off, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(someCase, async (case_) => {
      const model = new Model(case_);
      for (const each of case_.steps) await model.act(each);
      await model.finish();
    }),
    { numRuns, seed },
  );
});
