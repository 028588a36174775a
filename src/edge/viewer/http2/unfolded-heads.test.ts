import assert from "node:assert/strict";
import { test } from "node:test";
import { UnfoldedHeads } from "./unfolded-heads.ts";

const headMax = 131_072;

/** Heads of a connection, by what each one has and what was read since the one before. */
class Heads {
  readonly #heads = new UnfoldedHeads(headMax);
  #read = 0;

  take(fields: number, bytes: number, more: number, now = 0): boolean {
    this.#read += more;
    return this.#heads.take({ fields, bytes }, this.#read, now);
  }

  /** Each in a turn of its own. */
  takeAlone(fields: number, bytes: number, more: number, now = 0): boolean {
    this.#heads.endTurn();
    return this.take(fields, bytes, more, now);
  }
}

test("UnfoldedHeads takes heads with few fields, and with many that say something and have come, as often as they come", () => {
  const heads = new Heads();
  for (let count = 0; count < 10_000; count += 1) {
    assert.ok(heads.takeAlone(64, 64, 64));
    // A browser's with all the cookies that it keeps for a site, each of three bytes, of which the table knows those that it can.
    assert.ok(heads.takeAlone(185, 1860, 600));
    assert.ok(heads.takeAlone(210, 3000, 1200));
    assert.ok(heads.takeAlone(600, 12_000, 8000));
    assert.ok(heads.takeAlone(1200, 30_000, 20_000));
  }
});

test("UnfoldedHeads takes one head of more empty fields than usual, another after a while, and none of hundreds", () => {
  const heads = new Heads();
  assert.ok(heads.take(164, 300, 160, 0));
  assert.ok(heads.take(64, 2000, 100, 0));
  assert.equal(heads.take(164, 300, 160, 500), false);
  const patient = new Heads();
  assert.ok(patient.take(164, 300, 160, 0));
  assert.ok(patient.take(164, 300, 160, 1000));
  assert.equal(patient.take(164, 300, 160, 1500), false);
  assert.equal(new Heads().take(400, 2800, 400), false);
});

test("UnfoldedHeads takes one head of more than there may be, and none that is a multiple of it", () => {
  const heads = new Heads();
  assert.ok(heads.take(40, headMax, headMax));
  assert.ok(heads.take(40, 230_000, 230_000));
  assert.equal(heads.take(40, 230_000, 230_000, 100), false);
  assert.equal(new Heads().take(2000, 7_800_000, 6000), false);
});

test("UnfoldedHeads takes no fields again and again that have not come, however much they say", () => {
  const heads = new Heads();
  assert.ok(heads.takeAlone(400, 8000, 400));
  assert.equal(heads.takeAlone(400, 8000, 400, 60_000), false);
  // Of what came before them no more counts than may come in one read.
  const generous = new Heads();
  assert.ok(generous.takeAlone(10, 300, 10_000_000));
  let taken = 0;
  while (generous.takeAlone(400, 8000, 400)) taken += 1;
  assert.ok(taken > 100 && taken < 200, `${taken} heads were taken`);
});

test("UnfoldedHeads takes heads that have come as they are, however many of them in one read", () => {
  const heads = new Heads();
  for (let round = 0; round < 1000; round += 1) {
    assert.ok(heads.takeAlone(500, 12_000, 40_000));
    for (let more = 0; more < 4; more += 1) assert.ok(heads.take(500, 12_000, 0));
  }
});

test("UnfoldedHeads takes as many fields in a turn as all streams of a viewer have, and no more", () => {
  const browser = new Heads();
  for (let round = 0; round < 100; round += 1) {
    assert.ok(browser.takeAlone(130, 4000, 130));
    for (let stream = 1; stream < 128; stream += 1) assert.ok(browser.take(130, 4000, 130));
  }
  // By the two hundredth stream, of which there may be 128.
  const heads = new Heads();
  let taken = 0;
  while (heads.take(190, 4000, 190)) taken += 1;
  assert.ok(taken > 90 && taken < 128, `${taken} heads were taken`);
});
