/** The checker finds what is wrong in histories that are, and nothing in those that are not. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { randomFrom } from "../../support/sample-random.ts";
import { findImpossible, findWrongAnswers } from "./check-history.ts";
import type { Call, Seen } from "./history.ts";

type Times = readonly [from: number, to: number];

function update(expected: string, text: string, outcome: Call["outcome"], [from, to]: Times): Call {
  return { kind: "update", expected, text, outcome, from, to };
}

function publish(expected: string, outcome: Call["outcome"], [from, to]: Times): Call {
  return { kind: "publish", expected, outcome, from, to };
}

function read(text: string, [from, to]: Times): Call {
  return { kind: "read", text, outcome: "done", from, to };
}

const rows: readonly [what: string, isPossible: boolean, calls: Call[]][] = [
  ["nothing", true, []],
  [
    "one after the other",
    true,
    [update("0", "1", "done", [0, 1]), update("1", "2", "done", [2, 3])],
  ],
  [
    "two with one If-Match, of which one is refused",
    true,
    [update("0", "1", "done", [0, 5]), update("0", "2", "refused", [0, 5])],
  ],
  [
    "a lost update: two with one If-Match are both done",
    false,
    [update("0", "1", "done", [0, 5]), update("0", "2", "done", [0, 5])],
  ],
  ["an acknowledged change is lost", false, [update("0", "1", "done", [0, 1]), read("0", [2, 3])]],
  [
    "read while it is written, before or after",
    true,
    [update("0", "1", "done", [0, 9]), read("0", [1, 2]), read("1", [3, 4])],
  ],
  [
    "read after and then before",
    false,
    [update("0", "1", "done", [0, 9]), read("1", [1, 2]), read("0", [3, 4])],
  ],
  ["refused although it was so", false, [update("0", "1", "refused", [0, 1])]],
  [
    "refused while another is on its way",
    true,
    [
      update("0", "1", "unknown", [0, Infinity]),
      update("0", "2", "refused", [1, 2]),
      read("1", [3, 4]),
    ],
  ],
  [
    "unknown and made late",
    true,
    [update("0", "1", "unknown", [0, Infinity]), read("0", [10, 11]), read("1", [12, 13])],
  ],
  [
    "unknown and never made",
    true,
    [update("0", "1", "unknown", [0, Infinity]), update("0", "2", "done", [5, 6])],
  ],
  [
    "unknown, made, and made again over another's",
    false,
    [
      update("0", "1", "unknown", [0, Infinity]),
      read("1", [1, 2]),
      update("1", "2", "done", [3, 4]),
      read("1", [5, 6]),
    ],
  ],
  ["made before it was asked", false, [read("1", [0, 1]), update("0", "1", "done", [2, 3])]],
  [
    "published from another draft than it said",
    false,
    [update("0", "1", "done", [0, 1]), publish("0", "done", [2, 3])],
  ],
];

suite("a history of If-Match", () => {
  for (const [what, isPossible, calls] of rows) {
    test(`${isPossible ? "is" : "is not"} explained: ${what}`, () => {
      const found = findImpossible({ name: "page", initial: "0", calls });
      assert.equal(found === undefined, isPossible, found);
    });
  }

  test("is explained if it is a register's, and not after an answer was turned round", () => {
    const random = randomFrom(Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1));
    for (let round = 0; round < 100; round += 1) {
      const calls = callsOfRegister(random);
      assert.equal(findImpossible({ name: "page", initial: "0", calls }), undefined);
      const at = calls.findIndex(({ outcome, expected }, index) => {
        const rival = calls.find((one, other) => other !== index && one.expected === expected);
        return outcome === "refused" && rival?.outcome === "done";
      });
      if (at === -1) continue;
      const turned = calls.map((call, index): Call =>
        index === at ? { ...call, outcome: "done" } : call,
      );
      assert.notEqual(findImpossible({ name: "page", initial: "0", calls: turned }), undefined);
    }
  });
});

/** Of four clients that wait a random time before and after the moment at which it happens. */
function callsOfRegister(random: () => number): Call[] {
  const calls: Call[] = [];
  const known = ["0", "0", "0", "0"];
  let draft = "0";
  for (let moment = 1; moment <= 60; moment += 1) {
    const client = Math.floor(random() * known.length);
    const expected = known[client]!;
    const text = `${client}.${moment}`;
    const isSame = expected === draft;
    const isAnswered = random() > 0.2;
    // A client asks one thing at a time: the moments of others' calls lie within a call's, not its own.
    const times: Times = [moment - random() * 0.9, isAnswered ? moment + random() * 0.9 : Infinity];
    if (isSame) draft = text;
    calls.push(
      update(expected, text, isAnswered ? (isSame ? "done" : "refused") : "unknown", times),
    );
    known[client] = draft;
  }
  return calls;
}

const published = {
  name: "page",
  initial: "0",
  calls: [
    update("0", "1", "done", [0, 1]),
    publish("1", "done", [2, 3]),
    update("1", "2", "done", [4, 5]),
    publish("2", "done", [6, 7]),
    update("2", "3", "done", [8, 9]),
  ],
};

function see(text: string, at: number, life = 1): Seen {
  return { edge: "e1", life, text, from: at, to: at + 0.1, until: at + 0.1 };
}

suite("what viewers got", () => {
  const judge = (seen: Seen[], hasDisk = true): string[] =>
    findWrongAnswers(published, seen, () => hasDisk);

  test("is right while it goes forward", () => {
    assert.deepEqual(judge([see("0", 0), see("1", 5), see("1", 6), see("2", 8)]), []);
  });
  test("must not go back", () => {
    assert.match(judge([see("2", 7), see("1", 8)]).join(), /went back from "2" to "1"/);
  });
  test("must have been published", () => {
    assert.match(judge([see("3", 10)]).join(), /nobody had published/);
    assert.match(judge([see("2", 5)]).join(), /nobody had published/);
  });
  test("may go back over a kill by what was not yet written, and by no more", () => {
    assert.deepEqual(judge([see("2", 7), see("1", 8, 2)]), []);
    const long = [see("2", 7), see("2", 5000), see("1", 5001, 2)];
    assert.match(judge(long).join(), /went back from "2" to "1"/);
    assert.deepEqual(judge(long, false), []);
  });
});
