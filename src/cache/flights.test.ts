import assert from "node:assert/strict";
import { test } from "node:test";
import { PacedSink, PushedBody, TestViewer } from "../../test/support/body-ends.ts";
import { Flights } from "./flights.ts";

test("Flights.begin() replaces a flight that cannot be shared any more, which ends without harm to the new one", () => {
  const flights = new Flights<string>();
  const flight = flights.begin("key");
  const viewer = new TestViewer();
  void flight.wait(viewer);
  const body = new PushedBody();
  flight.share("head", body, undefined, () => {});
  flight.read(viewer).sendTo(new PacedSink());
  for (let count = 0; count < 20; count += 1) body.push(new Uint8Array(64 * 1024));
  assert.equal(flights.find("key"), undefined);
  const next = flights.begin("key");
  body.end();
  assert.equal(flights.find("key"), next);
});

test("Flights.isAlone() remembers for ten seconds what could not be shared", () => {
  const flights = new Flights<string>();
  flights.noteAlone("key", 1000);
  assert.equal(flights.isAlone("key", 10_999), true);
  assert.equal(flights.isAlone("key", 11_000), false);
  assert.equal(flights.isAlone("other", 1000), false);
});
