import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressDebts } from "./address-debts.ts";
import { Conduct, type Offence } from "./conduct.ts";

function scene() {
  const debts = new AddressDebts(10, () => 0);
  const told: Offence[] = [];
  const connect = () => new Conduct("a", debts, (offence) => told.push(offence));
  return { debts, told, connect };
}

test("a connection is charged for the first thing it did, and told of once", () => {
  const { debts, told, connect } = scene();
  const conduct = connect();
  conduct.offend("flood");
  conduct.offend("broken");
  conduct.end();
  assert.deepEqual([debts.of("a"), told], [1, ["flood"]]);
});

test("one that ends without a request is charged a little, and one that asked pays", () => {
  const { debts, told, connect } = scene();
  for (let index = 0; index < 8; index += 1) connect().end();
  assert.deepEqual([debts.of("a"), told.length], [1, 8]);
  const asking = connect();
  asking.ask();
  asking.end();
  assert.deepEqual([debts.of("a"), told.length], [0.5, 8]);
});

test("who asks and then floods has paid nothing", () => {
  const { debts, connect } = scene();
  connect().offend("flood");
  const conduct = connect();
  conduct.ask();
  conduct.offend("flood");
  assert.equal(debts.of("a"), 2);
});
