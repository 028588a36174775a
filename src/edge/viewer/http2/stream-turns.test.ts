import assert from "node:assert/strict";
import type { ServerHttp2Stream } from "node:http2";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { StreamTurns, type ArrivedStream, type TakesTurns } from "./stream-turns.ts";

class Connection implements TakesTurns {
  readonly name: string;
  hasBegun = false;
  readonly waiting: ArrivedStream[] = [];
  turns = 0;

  endTurn(): void {
    this.turns += 1;
  }

  constructor(name: string) {
    this.name = name;
  }
}

/** Turns whose streams are told of by their connections' names. */
function newTurns() {
  let [begun, noted] = ["", ""];
  const turns = new StreamTurns<Connection>({
    begin: (_arrived, { name }) => (begun += name),
    noteGivenUp: (_arrived, { name }) => (noted += name),
  });
  return {
    come(connection: Connection, count: number, { aborted = false, fields = 4 } = {}): void {
      for (let each = 0; each < count; each += 1) {
        const stream = { aborted, closed: false, destroyed: false } as ServerHttp2Stream;
        const raw = Array.from({ length: 2 * fields }, () => "");
        turns.take({ stream, raw, hasBody: false }, connection);
      }
    },
    /** @returns what was begun and what was noted since it was called last */
    since(): [begun: string, noted: string] {
      const all: [string, string] = [begun, noted];
      [begun, noted] = ["", ""];
      return all;
    },
  };
}

test("StreamTurns begins the first of those that come at once, and of the others sixteen of a connection in a turn", async () => {
  const turns = newTurns();
  const connection = new Connection("a");
  turns.come(connection, 40);
  assert.deepEqual(turns.since(), ["a", ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["a".repeat(16), ""]);
  // It waits behind those that came before.
  turns.come(connection, 1);
  assert.deepEqual(turns.since(), ["", ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["a".repeat(16), ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["a".repeat(8), ""]);
  await nextTurn();
  turns.come(connection, 1);
  assert.deepEqual(turns.since(), ["a", ""]);
});

test("StreamTurns holds up none that comes alone", async () => {
  const turns = newTurns();
  const connection = new Connection("a");
  for (let each = 0; each < 3; each += 1) {
    turns.come(connection, 1);
    assert.deepEqual(turns.since(), ["a", ""]);
    assert.equal(connection.turns, each);
    await nextTurn();
  }
});

test("StreamTurns begins 32 of all connections in a turn, and first those that had none in the last", async () => {
  const turns = newTurns();
  const connections = ["a", "b", "c"].map((name) => new Connection(name));
  for (const connection of connections) turns.come(connection, 33);
  assert.deepEqual(turns.since(), ["abc", ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["a".repeat(16) + "b".repeat(16), ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["c".repeat(16) + "a".repeat(16), ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["b".repeat(16) + "c".repeat(16), ""]);
});

test("StreamTurns notes those that were given up meanwhile, 64 in a turn, which are none of the sixteen", async () => {
  const turns = newTurns();
  const connection = new Connection("a");
  turns.come(connection, 1);
  turns.come(connection, 70, { aborted: true });
  turns.come(connection, 20);
  turns.since();
  await nextTurn();
  assert.deepEqual(turns.since(), ["", "a".repeat(64)]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["a".repeat(16), "a".repeat(6)]);
});

test("StreamTurns counts one of many fields for several", async () => {
  const turns = newTurns();
  turns.come(new Connection("a"), 10, { fields: 3 * 64 });
  assert.deepEqual(turns.since(), ["a", ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["aaaa", ""]);
});

test("StreamTurns notes one that was given up before it was told of, and begins the one behind it at once", async () => {
  const turns = newTurns();
  const connection = new Connection("a");
  turns.come(connection, 1, { aborted: true });
  assert.deepEqual(turns.since(), ["", ""]);
  turns.come(connection, 1);
  assert.deepEqual(turns.since(), ["a", ""]);
  await nextTurn();
  assert.deepEqual(turns.since(), ["", "a"]);
  await nextTurn();
  turns.come(connection, 1);
  assert.deepEqual(turns.since(), ["a", ""]);
});
