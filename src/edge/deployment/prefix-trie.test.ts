import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import { emptyTrie, largestOfPrefixes, valueOfPrefix, withPrefix } from "./prefix-trie.ts";

const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 6 });
const changes = fc.array(fc.tuple(text, fc.nat({ max: 3 })), { maxLength: 30 });

test("withPrefix() makes a trie that answers as a list of prefixes would", () => {
  fc.assert(
    fc.property(changes, fc.array(text), (made, asked) => {
      const list = new Map<string, number>();
      let trie = emptyTrie;
      for (const [prefix, value] of made) {
        trie = withPrefix(trie, prefix, value);
        list.set(prefix, value);
      }
      for (const each of asked) {
        const values = [...list].filter(([prefix]) => each.startsWith(prefix)).map(([, v]) => v);
        assert.equal(largestOfPrefixes(trie, each), Math.max(0, ...values));
        assert.equal(valueOfPrefix(trie, each), list.get(each) ?? 0);
      }
    }),
    tried(),
  );
});

test("withPrefix() leaves nothing of prefixes that are taken out", () => {
  fc.assert(
    fc.property(fc.array(text), (prefixes) => {
      const full = prefixes.reduce((trie, prefix) => withPrefix(trie, prefix, 1), emptyTrie);
      const empty = prefixes.reduce((trie, prefix) => withPrefix(trie, prefix, 0), full);
      assert.deepEqual(empty, emptyTrie);
    }),
    tried(),
  );
});

test("withPrefix() leaves the trie that it was given as it was", () => {
  const one = withPrefix(emptyTrie, "/abc", 1);
  withPrefix(one, "/abd", 2);
  withPrefix(one, "/abc", 0);
  assert.equal(largestOfPrefixes(one, "/abcd"), 1);
  assert.equal(largestOfPrefixes(one, "/abd"), 0);
});
