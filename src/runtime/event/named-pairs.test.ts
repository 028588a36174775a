import assert from "node:assert/strict";
import { test } from "node:test";
import { namedPairs } from "./named-pairs.ts";

test("namedPairs() keeps the pairs with one of the names, each as it stands", () => {
  const names = new Set(["a", "b c", ""]);
  assert.equal(namedPairs("a=1&b=2&a&aa=3&A=4&x=a=1&=5&a=b=c", "&", names), "a=1&a&=5&a=b=c");
  assert.equal(namedPairs(" a=1; b c=2 ;\ta ;c=a; b  c=3;=x", ";", names), "a=1;b c=2;a;=x");
  for (const none of ["", "&", "b=1", "ba=1&ab=2"]) assert.equal(namedPairs(none, "&", names), "");
});

test("namedPairs() takes a cookie's name from before the =, with the space that stands there", () => {
  assert.equal(namedPairs("a =1; a= 2", ";", new Set(["a"])), "a= 2");
  assert.equal(namedPairs("a =1; a= 2", ";", new Set(["a "])), "a =1");
});
