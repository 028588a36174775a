import assert from "node:assert/strict";
import { test } from "node:test";
import type { RefusedRequest } from "../record/refused-request.ts";
import type { Visit } from "../record/visit.ts";
import { PendingTraces } from "./pending-traces.ts";

const refused = (id: string): RefusedRequest => ({
  ...{ id, at: performance.now(), detail: "malformed", status: 400, bytesSent: 1 },
  ...{ ip: "192.0.2.1", port: 1, scheme: "http", head: undefined },
  distribution: undefined,
});

test("what waits is told in order, once, and whoever takes it is woken for the first", () => {
  let woken = 0;
  const pending = new PendingTraces(() => (woken += 1));
  for (const id of ["one", "two", "three"]) pending.refusedListener(refused(id));
  const ids = (max: number) => pending.take(max).traces.map((trace) => trace.id);
  assert.deepEqual([ids(2), ids(2), ids(2)], [["one", "two"], ["three"], []]);
  assert.equal(woken, 1);
  pending.refusedListener(refused("four"));
  assert.equal(woken, 2);
});

test("more than can wait are counted and let go of, and told once", () => {
  const pending = new PendingTraces(() => {});
  for (let count = 0; count < 6000; count += 1) pending.refusedListener(refused(String(count)));
  assert.equal(pending.count, 5120);
  assert.deepEqual([pending.take(1).lost, pending.take(1).lost], [880, 0]);
});

test("an error finds room where what succeeded finds none, from 400 on", () => {
  const pending = new PendingTraces(() => {});
  const request = { headBytes: 100 };
  const visit = (status: number) => pending.listener({ status, request } as Visit);
  for (let count = 0; count < 4100; count += 1) visit(399);
  assert.equal(pending.count, 4096);
  visit(399);
  assert.equal(pending.count, 4096);
  visit(400);
  assert.equal(pending.count, 4097);
});

test("what waits holds no more of heads than it has room for, and has it again when they are taken", () => {
  const pending = new PendingTraces(() => {});
  const kilobyte = "x".repeat(1024);
  const headers = Array.from({ length: 64 }, () => kilobyte);
  const head = { method: "GET", target: "/", httpVersion: "1.1", headers };
  const fill = (): number => {
    for (let count = 0; count < 1000; count += 1) {
      pending.refusedListener({ ...refused(String(count)), head });
    }
    return pending.count;
  };
  assert.equal(fill(), 319);
  pending.refusedListener(refused("without a head"));
  assert.equal(pending.count, 320);
  assert.equal(pending.take(20).lost, 681);
  assert.equal(fill(), 319 + 1);
});

test("no further one is told of when its time is over", () => {
  const pending = new PendingTraces(() => {});
  for (let count = 0; count < 10; count += 1) pending.refusedListener(refused(String(count)));
  assert.equal(pending.take(10, -1).traces.length, 1);
  assert.equal(pending.count, 9);
});

test("for who watches the newest are told of where not all can be, and the others go on waiting", () => {
  const pending = new PendingTraces(() => {});
  for (const id of ["one", "two", "three"]) pending.refusedListener(refused(id));
  const ids = (max: number) => pending.take(max, Infinity, "newest").traces.map(({ id }) => id);
  assert.deepEqual(ids(2), ["two", "three"]);
  pending.refusedListener(refused("four"));
  assert.deepEqual([ids(1), ids(2), ids(1)], [["four"], ["one"], []]);
});
