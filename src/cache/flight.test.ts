import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { PacedSink, PushedBody, TestViewer } from "../../test/support/body-ends.ts";
import { FakeWriter } from "../../test/support/fake-writer.ts";
import { WholeBody } from "../base/body.ts";
import { watchedBody } from "../../test/support/watched-body.ts";
import type { Flight } from "./flight.ts";
import { Flights } from "./flights.ts";
import type { Stored } from "./store.ts";

const text = (value: string): Uint8Array => Buffer.from(value, "latin1");
const KB = 1024;

/** A flight that is shared, of a body that the test pushes. */
async function shared({ length, viewers = 1, writer }: SharedOptions = {}) {
  const flights = new Flights<string>();
  const flight = flights.begin("key");
  const all = Array.from({ length: viewers }, () => new TestViewer());
  const waits = all.map(async (viewer) => flight.wait(viewer));
  const body = new PushedBody(length);
  const done: (Stored | undefined)[] = [];
  flight.share("head", body, writer, (kept) => done.push(kept));
  await Promise.all(waits);
  return { flights, flight, viewers: all, viewer: all[0]!, body, done };
}

interface SharedOptions {
  readonly length?: number;
  readonly viewers?: number;
  readonly writer?: FakeWriter;
}

function send(flight: Flight<string>, viewer: TestViewer, sink = new PacedSink()): PacedSink {
  flight.read(viewer).sendTo(sink);
  return sink;
}

test("Flight.wait() gives the head to everybody who waits, and to whoever comes later", async () => {
  const flight = new Flights<string>().begin("key");
  const early = [new TestViewer(), new TestViewer()].map(async (viewer) => flight.wait(viewer));
  flight.share("head", new PushedBody(), undefined, () => {});
  assert.deepEqual(await Promise.all(early), ["head", "head"]);
  assert.equal(await flight.wait(new TestViewer()), "head");
});

test("Flight.wait() ends when the viewer leaves, and the others go on waiting", async () => {
  const flight = new Flights<string>().begin("key");
  const [leaving, staying] = [new TestViewer(), new TestViewer()];
  const [left, stayed] = [flight.wait(leaving), flight.wait(staying)];
  leaving.leave();
  assert.equal(await left, undefined);
  assert.equal(flight.isOver, false);
  flight.settle("head");
  assert.equal(await stayed, "head");
});

test("Flight is over, once, when the last who waits has left", () => {
  const flights = new Flights<string>();
  const flight = flights.begin("key");
  let told = 0;
  flight.whenOver(() => (told += 1));
  const viewers = [new TestViewer(), new TestViewer()];
  for (const viewer of viewers) void flight.wait(viewer);
  viewers[0]?.leave();
  assert.equal(told, 0);
  viewers[1]?.leave();
  assert.deepEqual([told, flight.isOver, flights.find("key")], [1, true, undefined]);
});

test("Flight.hold() keeps it wanted without a viewer, until it is let go of", () => {
  const flight = new Flights<string>().begin("key");
  const letGo = flight.hold();
  const viewer = new TestViewer();
  void flight.wait(viewer);
  viewer.leave();
  assert.equal(flight.isOver, false);
  letGo();
  letGo();
  assert.equal(flight.isOver, true);
});

test("Flight.settle() gives everybody a head without a body, and is found no more", async () => {
  const flights = new Flights<string>();
  const flight = flights.begin("key");
  const viewer = new TestViewer();
  const waits = flight.wait(viewer);
  flight.settle("failed");
  assert.equal(await waits, "failed");
  assert.equal(flight.read(viewer).whole?.length, 0);
  assert.equal(flights.find("key"), undefined);
});

test("Flight.release() lets everybody ask for themselves, and follows who takes the response", async () => {
  const flights = new Flights<string>();
  const flight = flights.begin("key");
  const [first, second] = [new TestViewer(), new TestViewer()];
  const waits = [first, second].map(async (viewer) => flight.wait(viewer));
  flight.release(first);
  assert.deepEqual(await Promise.all(waits), [undefined, undefined]);
  assert.equal(flights.find("key"), undefined);
  second.leave();
  assert.equal(flight.isOver, false);
  first.leave();
  assert.equal(flight.isOver, true);
});

test("Flight.release() without anybody to take the response is the end of it", () => {
  const gone = new TestViewer();
  gone.leave();
  for (const viewer of [undefined, gone]) {
    const flight = new Flights<string>().begin("key");
    flight.release(viewer);
    assert.equal(flight.isOver, true);
  }
});

test("Flight.share() discards the body, and keeps nothing, when nobody wants it any more", (t) => {
  const flight = new Flights<string>().begin("key");
  const viewer = new TestViewer();
  void flight.wait(viewer);
  viewer.leave();
  const [body, writer] = [watchedBody(t), new FakeWriter()];
  const done: unknown[] = [];
  flight.share("head", body, writer, (kept) => done.push(kept));
  assert.deepEqual([body.fate, writer.fate, done], [["discarded"], "broken", [undefined]]);
});

test("Flight.read() hands a small body that is complete over whole, to each of its readers", async (t) => {
  const flight = new Flights<string>().begin("key");
  const viewers = [new TestViewer(), new TestViewer()];
  const waits = viewers.map(async (viewer) => flight.wait(viewer));
  const source = wholeOnce(t, "all of it");
  const writer = new FakeWriter();
  flight.share("head", source, writer, () => {});
  await Promise.all(waits);
  writer.settle();
  await setImmediate();
  for (const viewer of viewers) {
    const body = flight.read(viewer);
    assert.equal(Buffer.from(body.whole ?? []).toString(), "all of it");
    assert.equal(body.length, 9);
    body.discard();
  }
  assert.equal(writer.fate, "committed");
});

/** A body that is here, and fails its test unless it is taken once. */
function wholeOnce(t: TestContext, value: string) {
  const watched = watchedBody(t);
  const discard = (): void => watched.discard();
  return Object.assign(new WholeBody(text(value)), { discard });
}

test("Flight.read() gives each reader all of it, whenever they came and however fast they are", async () => {
  const { flight, viewers, body } = await shared({ viewers: 3 });
  const [fast, slow, late] = viewers as [TestViewer, TestViewer, TestViewer];
  const sinks = [send(flight, fast), send(flight, slow, new PacedSink(1))];
  for (const piece of ["one ", "two ", "three"]) body.push(text(piece));
  assert.deepEqual(
    sinks.map((sink) => sink.text),
    ["one two three", "one "],
  );
  sinks.push(send(flight, late));
  sinks[1]?.take();
  body.end();
  for (const sink of sinks) assert.deepEqual([sink.text, sink.fate], ["one two three", "ended"]);
});

test("Flight.read() gives a part, from before and after it has come", async () => {
  const { flight, viewers, body } = await shared({ viewers: 4, length: 10 });
  const sinks = viewers.map(() => new PacedSink());
  const parts = [
    [2, 5],
    [0, 1],
    [4, undefined],
    [4, 10],
  ] as const;
  body.push(text("012"));
  for (const [index, [first, end]] of parts.entries()) {
    const part = flight.read(viewers[index]!, first, end);
    assert.equal(part.length, (end ?? 10) - first);
    part.sendTo(sinks[index]!);
  }
  assert.equal(sinks[1]?.fate, "ended");
  body.push(text("3456789"));
  assert.equal(sinks[0]?.fate, "ended");
  body.end();
  assert.deepEqual(
    sinks.map((sink) => sink.text),
    ["234", "0", "456789", "456789"],
  );
  for (const sink of sinks) assert.equal(sink.fate, "ended");
});

test("a body that is cut short breaks off at every reader and is not kept", async () => {
  const writer = new FakeWriter();
  const { flight, flights, viewers, body, done } = await shared({ viewers: 3, writer });
  const sinks = viewers.slice(0, 2).map((viewer) => send(flight, viewer, new PacedSink(1)));
  body.push(text("some"));
  body.breakOff();
  const late = send(flight, viewers[2]!);
  for (const sink of [...sinks, late]) assert.equal(sink.fate, "broken");
  assert.deepEqual([writer.fate, done, flights.find("key")], ["broken", [undefined], undefined]);
});

test("a part that is beyond the end of the body breaks off", async () => {
  const { flight, viewer, body } = await shared();
  const sink = new PacedSink();
  flight.read(viewer, 2, 8).sendTo(sink);
  body.push(text("012345"));
  body.end();
  assert.deepEqual([sink.text, sink.fate], ["2345", "broken"]);
});

test("a flight is found until its body is kept, and tells of that once", async () => {
  const writer = new FakeWriter();
  const { flight, flights, viewer, body, done } = await shared({ writer });
  const sink = send(flight, viewer);
  body.push(text("all"));
  body.end();
  assert.equal(sink.fate, "none", "who has all of it would not find it elsewhere");
  const late = new TestViewer();
  assert.equal(await flights.find("key")?.wait(late), "head");
  writer.settle();
  await setImmediate();
  assert.equal(sink.fate, "ended");
  assert.equal(flights.find("key"), undefined);
  assert.deepEqual(
    done.map((kept) => kept?.length),
    [3],
  );
  assert.equal(send(flight, late).text, "all");
});

test("a viewer that leaves in the middle harms no other, the first neither", async () => {
  const { flight, viewers, body } = await shared({ viewers: 2 });
  const [first, second] = viewers.map((viewer) => send(flight, viewer));
  body.push(text("one "));
  viewers[0]?.leave();
  body.push(text("two"));
  body.end();
  assert.deepEqual([first?.text, first?.fate], ["one ", "broken"]);
  assert.deepEqual([second?.text, second?.fate], ["one two", "ended"]);
});

test("a fetch that nobody reads any more is given up, and not kept, when much is missing", async () => {
  for (const length of [undefined, 10 * KB * KB]) {
    const writer = new FakeWriter();
    const { flight, flights, viewer, body, done } = await shared({
      writer,
      ...(length && { length }),
    });
    const sink = send(flight, viewer);
    body.push(new Uint8Array(8 * KB * KB));
    assert.equal(flight.isOver, false);
    viewer.leave();
    assert.deepEqual([flight.isOver, sink.fate, writer.fate], [true, "broken", "broken"]);
    assert.deepEqual([done, flights.find("key")], [[undefined], undefined]);
  }
});

test("a fetch that nobody reads any more is finished when little is missing", async () => {
  for (const [length, come] of [
    [1024 * KB, 0],
    [100 * KB * KB, 90 * KB * KB],
  ] as const) {
    const writer = new FakeWriter();
    const { flight, flights, viewer, body } = await shared({ writer, length });
    body.push(new Uint8Array(come));
    viewer.leave();
    assert.equal(flight.isOver, false);
    assert.equal(flights.find("key"), flight);
    body.push(new Uint8Array(length - come));
    body.end();
    assert.deepEqual([flight.isOver, writer.fate], [true, "committed"]);
  }
});

test("nothing is finished for nobody where there is nowhere to keep it", async () => {
  const { flight, viewer } = await shared({ length: 10 });
  viewer.leave();
  assert.equal(flight.isOver, true);
});

test("what has fallen out of memory is read back from the writer", async () => {
  const all = randomBytes(4 * KB * KB);
  const writer = new FakeWriter({ written: all });
  const { flight, flights, viewers, body } = await shared({ writer, viewers: 2 });
  const [fast, slow] = viewers.map((viewer, index) => send(flight, viewer, new PacedSink(index)));
  for (let at = 0; at < all.length; at += 64 * KB) {
    fast?.take();
    body.push(all.subarray(at, at + 64 * KB));
    assert.ok(flights.inMemory <= 1024 * KB + 64 * KB, `${flights.inMemory} bytes in memory`);
  }
  body.end();
  writer.settle();
  await setImmediate();
  fast?.take();
  slow?.take();
  for (const sink of [fast, slow]) {
    assert.equal(sink?.fate, "ended");
    assert.ok(Buffer.concat(sink.chunks).equals(all));
  }
});

test("the origin waits when the writer asks for it, and for no reader where there is a writer", async () => {
  const writer = new FakeWriter({ isPrompt: false, behindMax: 100 * KB });
  const { flight, viewer, body } = await shared({ writer });
  const sink = send(flight, viewer, new PacedSink(1));
  body.push(new Uint8Array(64 * KB));
  assert.equal(body.isHeld, false);
  body.push(new Uint8Array(64 * KB));
  assert.equal(body.isHeld, true);
  writer.flush();
  assert.equal(body.isHeld, false);
  assert.equal(sink.received, 64 * KB);
});

test("without a writer the origin waits for the slowest reader, and who comes late is not let in", async () => {
  const { flight, flights, viewers, body } = await shared({ viewers: 2 });
  const fast = send(flight, viewers[0]!);
  const slow = send(flight, viewers[1]!, new PacedSink(1));
  while (!body.isHeld) body.push(new Uint8Array(64 * KB));
  assert.ok(flights.inMemory <= 1024 * KB + 64 * KB, `${flights.inMemory} bytes in memory`);
  assert.equal(flights.find("key"), flight);
  slow.take();
  assert.equal(body.isHeld, false);
  body.push(new Uint8Array(64 * KB));
  assert.equal(flights.find("key"), undefined);
  assert.equal(flight.wait(new TestViewer()), undefined);
  body.end();
  for (const sink of [fast, slow]) {
    assert.deepEqual([sink.fate, sink.received], ["ended", fast.received]);
  }
});

test("without a writer a reader that takes nothing while others wait is broken off", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { flight, viewers, body } = await shared({ viewers: 3 });
  const fast = send(flight, viewers[0]!);
  const slow = send(flight, viewers[1]!, new PacedSink(1));
  const stalled = send(flight, viewers[2]!, new PacedSink(1));
  while (!body.isHeld) body.push(new Uint8Array(64 * KB));
  t.mock.timers.tick(4000);
  slow.take(1);
  t.mock.timers.tick(1000);
  assert.deepEqual([slow.fate, stalled.fate, body.isHeld], ["none", "broken", true]);
  slow.take();
  assert.equal(body.isHeld, false);
  assert.equal(fast.fate, "none");
});

test("without a writer a reader that is alone may take its time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { flight, viewer, body } = await shared();
  const sink = send(flight, viewer, new PacedSink(1));
  while (!body.isHeld) body.push(new Uint8Array(64 * KB));
  t.mock.timers.tick(600_000);
  assert.equal(sink.fate, "none");
  sink.take();
  assert.equal(body.isHeld, false);
});

test("a writer that gives up on a body stops nobody, and the origin waits for readers from then on", async () => {
  const writer = new FakeWriter({ room: 1024 * KB });
  const { flight, flights, viewers, body, done } = await shared({ writer, viewers: 2 });
  const fast = send(flight, viewers[0]!);
  const slow = send(flight, viewers[1]!, new PacedSink(1));
  while (!body.isHeld) body.push(new Uint8Array(64 * KB));
  assert.ok(flights.inMemory <= 3 * 1024 * KB, `${flights.inMemory} bytes in memory`);
  assert.equal(flights.find("key"), flight);
  slow.take();
  for (let count = 0; count < 100; count += 1) body.push(new Uint8Array(64 * KB));
  assert.equal(flights.find("key"), undefined);
  body.end();
  for (const sink of [fast, slow]) {
    assert.deepEqual([sink.fate, sink.received], ["ended", fast.received]);
  }
  writer.settle();
  await setImmediate();
  assert.deepEqual([writer.fate, done], ["committed", [undefined]]);
});

test("Flight.wait() tells a viewer who asks twice the same", async () => {
  const flight = new Flights<string>().begin("key");
  const viewer = new TestViewer();
  const waits = [flight.wait(viewer), flight.wait(viewer)];
  flight.settle("head");
  for (const wait of waits) assert.equal(await wait, "head");
});

test("Flight.read() gives parts to a viewer who has let go of the whole", async () => {
  for (const isEarly of [true, false]) {
    const { flight, viewer, body } = await shared();
    if (isEarly) flight.read(viewer).discard();
    body.push(text("0123456789"));
    body.end();
    if (!isEarly) flight.read(viewer).discard();
    const sinks = [new PacedSink(), new PacedSink()];
    flight.read(viewer, 2, 4).sendTo(sinks[0]!);
    flight.read(viewer, 8, 10).sendTo(sinks[1]!);
    assert.deepEqual(
      sinks.map((sink) => [sink.text, sink.fate]),
      [
        ["23", "ended"],
        ["89", "ended"],
      ],
    );
  }
});

test("Flight.keepFor() keeps it wanted, and all of it in reach, for a viewer who does not wait", () => {
  const flight = new Flights<string>().begin("key");
  const viewer = new TestViewer();
  flight.keepFor(viewer);
  const body = new PushedBody();
  flight.share("head", body, undefined, () => {});
  while (!body.isHeld) body.push(new Uint8Array(64 * KB));
  const sink = send(flight, viewer);
  body.end();
  assert.deepEqual([sink.fate, sink.received], ["ended", 1024 * KB]);
  viewer.leave();
  const gone = new Flights<string>().begin("key");
  gone.keepFor(viewer);
  assert.equal(gone.isOver, true);
});

test("a fetch that would only be finished to be kept is given up with the writer", async () => {
  const [length, room] = [40 * KB * KB, 37 * KB * KB];
  const { flight, viewer, body } = await shared({ writer: new FakeWriter({ room }), length });
  send(flight, viewer);
  body.push(new Uint8Array(room));
  viewer.leave();
  assert.equal(flight.isOver, false);
  for (let count = 0; count < 33; count += 1) body.push(new Uint8Array(64 * KB));
  assert.equal(flight.isOver, true);
});
