import assert from "node:assert/strict";
import { test } from "node:test";
import { LineWriter, type WrittenField } from "./line-writer.ts";

type Values = readonly string[];

const upper = (value: string): string => (value === "" ? "-" : value.toUpperCase());

function fieldsOf(count: number): WrittenField<Values>[] {
  return Array.from({ length: count }, (_, index) => ({
    value: (of) => of[index]!,
    write: upper,
  }));
}

function written(writer: LineWriter<Values>, values: Values): string {
  const into = Buffer.alloc(writer.read(values).length + 20, "#");
  writer.write(into, 10);
  return into.toString("latin1");
}

/** Follows from a seed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("each line is as if it were written by itself, whatever came before it", () => {
  const random = chance(7);
  const between = ["<", " | ", "", "\t", ">\n"];
  const writer = new LineWriter(fieldsOf(4), between);
  const some = [
    "",
    "a",
    "bc",
    "x".repeat(39),
    "y".repeat(41),
    "z".repeat(700),
    "long".repeat(1500),
  ];
  let values = ["", "", "", ""];
  for (let line = 0; line < 3000; line += 1) {
    // Long ones are seldom, so that what they leave behind is written on.
    const length = random(30) === 0 ? some.length : some.length - 1;
    values = values.map((value) => (random(3) === 0 ? some[random(length)]! : value));
    const expected = values.map((value, index) => `${between[index]!}${upper(value)}`).join("");
    assert.equal(written(writer, values), `##########${expected}>\n##########`);
    assert.equal(writer.read(values).text, `${expected}>\n`);
  }
});

test("a line that was read and found no room is not missed by the next", () => {
  const writer = new LineWriter(fieldsOf(2), ["", " ", "\n"]);
  assert.equal(writer.read(["a", "b"]).length, 4);
  writer.read(["c", "b"]);
  writer.read(["c", "long one"]);
  assert.equal(writer.read(["c", "b"]).text, "C B\n");
});

test("a value is encoded once as long as it stays", () => {
  let encoded = 0;
  const write = (value: string): string => {
    encoded += 1;
    return value;
  };
  const writer = new LineWriter<Values>([{ value: ([first]) => first!, write }], ["", "\n"]);
  encoded = 0;
  for (const value of ["a", "a", "b", "b", "a"]) writer.read([value]);
  assert.equal(encoded, 3);
});
