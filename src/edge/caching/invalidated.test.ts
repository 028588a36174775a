import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { OrderedMap } from "immutable";
import { tried } from "../../../test/support/tried.ts";
import type { Invalidation, Invalidations } from "../../model/invalidation.ts";
import {
  compileInvalidations,
  noInvalidations,
  type CompiledInvalidations,
} from "../deployment/compiled-invalidations.ts";
import { comparedUri } from "../deployment/compared-uri.ts";
import { invalidatedBy } from "./invalidated-by.ts";
import { isInvalidated } from "./invalidated.ts";

function made(revision: number, ...paths: string[]): Invalidation {
  return { id: `I${revision}`, callerReference: "", createTime: "", revision, paths };
}

function invalidations(...all: Invalidation[]): Invalidations {
  return OrderedMap(all.map((each) => [each.id, each]));
}

function compile(source: Invalidations, before = noInvalidations): CompiledInvalidations {
  const steps = compileInvalidations(source, before);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** An object that was fetched at revision 5, and one invalidation, which is the sixth change. */
function after(path: string, uri: string, ...tags: string[]): boolean {
  const object = { uri: comparedUri(uri), tags, revision: 5 };
  const compiled = compile(invalidations(made(6, path)));
  const isGone = isInvalidated(object, compiled);
  // Whoever asks which one it was is told of the same.
  assert.deepEqual(invalidatedBy(object, compiled), isGone ? { id: "I6", path } : undefined);
  return isGone;
}

const paths: [path: string, uri: string, matches: boolean][] = [
  ["/a", "/a", true],
  ["/a", "/A", false],
  ["/a", "/a/", false],
  ["/a/", "/a", false],
  ["/a", "/ab", false],
  ["/*", "/", true],
  ["/*", "/anything?at=all", true],
  ["/dir*", "/dir", true],
  ["/dir*", "/dir/a/b", true],
  ["/dir*", "/dirx", true],
  ["/dir*", "/di", false],
  ["/a*b", "/axb", false],
  ["/a*b", "/a*b", true],
  ["/a*b*", "/a*b/c", true],
  ["/a*b*", "/axb/c", false],
  ["/a", "/a?x=1", false],
  ["/a?x=1", "/a?x=1", true],
  ["/a?x=1", "/a?x=2", false],
  ["/a*", "/a?x=1", true],
  ["/a?x=*", "/a?x=1", true],
  ["/a?c", "/abc", false],
  ["/caf%C3%A9", "/caf%c3%a9", true],
  ["/caf%c3%a9", "/caf\xc3\xa9", true],
  ["/%61", "/a", true],
  ["/a%2Fb", "/a/b", false],
  ["/%7Eme", "/~me", true],
  ["/%7Bid%7D", "/{id}", true],
  ["/%25", "/%", false],
];
for (const [path, uri, matches] of paths) {
  test(`isInvalidated() takes ${uri} for ${matches ? "" : "none "}of ${path}`, () => {
    assert.equal(after(path, uri), matches);
  });
}

test("isInvalidated() finds an object by any of its tags, in lower case", () => {
  assert.equal(after("#Shop", "/a", "blog", "shop"), true);
  assert.equal(after("#Shop", "/a", "shops"), false);
  assert.equal(after("#/a", "/a"), false);
  assert.equal(after("#shop*", "/a", "shops"), false);
});

test("isInvalidated() lets stand what was fetched at an invalidation's revision or later", () => {
  const compiled = compile(invalidations(made(6, "/*", "/a", "#t"), made(9, "/b")));
  const at = (revision: number) => isInvalidated({ uri: "/a", tags: ["t"], revision }, compiled);
  assert.deepEqual([5, 6, 7, 9].map(at), [true, false, false, false]);
});

test("isInvalidated() finds nothing invalidated where there are no invalidations", () => {
  assert.equal(isInvalidated({ uri: "/a", tags: [], revision: 0 }, undefined), false);
});

const many = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => made(first + index, `/${first + index}`));

test("isInvalidated() finds old objects invalid once the state may have forgotten of what", () => {
  const compiled = compile(invalidations(...many(11, 5000)));
  const at = (revision: number) => isInvalidated({ uri: "/a", tags: [], revision }, compiled);
  assert.deepEqual([10, 11, 12].map(at), [true, false, false]);
  const fewer = compile(invalidations(...many(11, 4999)));
  assert.equal(isInvalidated({ uri: "/a", tags: [], revision: 10 }, fewer), false);
});

test("compileInvalidations() keeps nothing of what the state has forgotten", () => {
  let source = invalidations(made(1, "/1", "/x*", "#t"), ...many(2, 4999));
  let compiled = compile(source);
  for (const next of [made(5001, "/y*"), made(5002, "/2"), ...many(5003, 98)]) {
    source = source.delete(source.keySeq().first() as string).set(next.id, next);
    compiled = compile(source, compiled);
  }
  const fresh = compile(source);
  assert.equal(compiled.exact.equals(fresh.exact), true);
  assert.equal(compiled.tags.size, 0);
  assert.deepEqual(compiled.prefixes, fresh.prefixes);
  assert.equal(compiled.exact.get("/2"), 5002);
  assert.deepEqual([compiled.forgottenBefore, fresh.forgottenBefore], [101, 101]);
});

test("isInvalidated() knows what the state has just forgotten", () => {
  const all = many(1, 5001);
  const before = compile(invalidations(...all.slice(0, 5000)));
  const compiled = compile(invalidations(...all.slice(1)), before);
  const old = (uri: string) => isInvalidated({ uri, tags: [], revision: 1 }, compiled);
  assert.deepEqual([old("/a"), old("/2")], [false, true]);
  assert.equal(isInvalidated({ uri: "/1", tags: [], revision: 0 }, compiled), true);
});

test("isInvalidated() finds old objects invalid where whole lists have come and gone", () => {
  const before = compile(invalidations(...many(1, 5000)));
  const compiled = compile(invalidations(...many(9001, 5000)), before);
  assert.equal(isInvalidated({ uri: "/a", tags: [], revision: 8000 }, compiled), true);
  assert.equal(isInvalidated({ uri: "/a", tags: [], revision: 9001 }, compiled), false);
  assert.equal(compiled.exact.size, 5000);
});

test("compileInvalidations() takes turns", () => {
  const all = Array.from({ length: 3000 }, (_, index) => `/${index}`);
  const turns = [...compileInvalidations(invalidations(made(1, ...all)), noInvalidations)];
  assert.equal(turns.length, 30);
});

const uri = fc.string({ unit: fc.constantFrom("a", "b", "/", "?"), maxLength: 4 });
const pathOf = fc.oneof(
  uri.map((rest) => `/${rest}`),
  uri.map((rest) => `/${rest}*`),
  fc.constantFrom("#A", "#b", "#c"),
);

test("isInvalidated() agrees with a list of all that was invalidated", () => {
  const object = fc.record({
    uri: uri.map((rest) => `/${rest}`),
    tags: fc.subarray(["a", "b", "c"]),
    revision: fc.nat({ max: 10 }),
  });
  const batches = fc.array(fc.array(pathOf, { minLength: 1, maxLength: 3 }), { maxLength: 10 });
  fc.assert(
    fc.property(batches, fc.nat(10), fc.array(object, { minLength: 1 }), (all, split, objects) => {
      const list = all.map((each, index) => made(index + 1, ...each));
      const before = compile(invalidations(...list.slice(0, split)));
      const compiled = compile(invalidations(...list), before);
      for (const each of objects) {
        const expected = list.some(
          ({ revision, paths }) =>
            revision > each.revision && paths.some((path) => matches(path, each)),
        );
        assert.equal(isInvalidated(each, compiled), expected);
      }
    }),
    tried(),
  );
});

function matches(path: string, object: { uri: string; tags: readonly string[] }): boolean {
  if (path.startsWith("#")) return object.tags.includes(path.slice(1).toLowerCase());
  return path.endsWith("*") ? object.uri.startsWith(path.slice(0, -1)) : object.uri === path;
}
