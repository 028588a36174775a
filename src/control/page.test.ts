import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { pageOf, type Page } from "./page.ts";

const same = (key: string) => key;
const letters = ["a", "b", "c", "d", "e"];

/** Reads page after page, each from the entries that there are then. */
function readAll(size: number, entriesAt: (page: number) => readonly string[]): string[] {
  const read: string[] = [];
  let Marker: string | undefined;
  for (let number = 0; ; number++) {
    const page: Page<string> = pageOf(entriesAt(number), same, { Marker, MaxItems: size });
    read.push(...page.items);
    if (page.nextMarker === undefined) return read;
    Marker = page.nextMarker;
  }
}

test("pageOf() answers a hundred entries when nobody says how many", () => {
  const many = Array.from({ length: 101 }, (_, index) => String(index).padStart(3, "0"));
  const page = pageOf(many, same, {});
  assert.deepEqual([page.items.length, page.maxItems, page.nextMarker], [100, 100, "099"]);
  assert.equal(pageOf(many.slice(1), same, {}).nextMarker, undefined);
});

test("pageOf() goes on after the marker, whether its entry is there or not", () => {
  assert.deepEqual(pageOf(letters, same, { Marker: "b" }).items, ["c", "d", "e"]);
  assert.deepEqual(pageOf(letters, same, { Marker: "bb" }).items, ["c", "d", "e"]);
  assert.deepEqual(pageOf(letters, same, { Marker: "e" }).items, []);
  assert.deepEqual(pageOf(letters, same, { Marker: "" }).items, letters);
});

test("pageOf() refuses a MaxItems that is no whole number from 1 on", () => {
  for (const MaxItems of [0, -1, 1.5, "ten"]) {
    assert.throws(() => pageOf(letters, same, { MaxItems }), { name: "InvalidArgument" });
  }
});

const keys = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 40 });
const sorted = keys.map((all) => all.sort());

test("pages of any size hold every entry once, in order", () => {
  fc.assert(
    fc.property(sorted, fc.integer({ min: 1, max: 10 }), (entries, size) => {
      assert.deepEqual(
        readAll(size, () => entries),
        entries,
      );
    }),
    tried(),
  );
});

test("while others come and go, pages repeat nothing and lose nothing that stays", () => {
  fc.assert(
    fc.property(sorted, keys, fc.integer({ min: 1, max: 5 }), (stable, passing, size) => {
      const staying = new Set(stable);
      const others = passing.filter((key) => !staying.has(key));
      // At each page another part of the others is there.
      const entriesAt = (page: number) =>
        [...stable, ...others.filter((_, index) => (index + page) % 2 === 0)].sort();
      const read = readAll(size, entriesAt);
      assert.deepEqual(
        read.filter((key) => staying.has(key)),
        stable,
      );
      assert.equal(new Set(read).size, read.length);
    }),
    tried(),
  );
});
