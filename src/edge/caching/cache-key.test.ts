import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import type { KeySelection } from "../deployment/key-selection.ts";
import { selectionOf } from "../deployment/selection.ts";
import { cacheKey } from "./cache-key.ts";

interface Chosen {
  readonly headers?: readonly string[];
  readonly cookies?: Parameters<typeof selectionOf>[0];
  readonly query?: Parameters<typeof selectionOf>[0];
  readonly encodings?: KeySelection["encodings"];
  readonly apart?: string;
}

interface Asks {
  readonly method?: string;
  readonly path?: string;
  readonly querystring?: string | undefined;
  readonly headers?: readonly string[];
  readonly hostHeader?: string | undefined;
  readonly httpVersion?: "1.0" | "1.1";
}

function keyOf(chosen: Chosen, asks: Asks, owner: Parameters<typeof cacheKey>[0] = { id: "E1" }) {
  const { path = "/a", querystring, headers = [] } = asks;
  const viewer = { method: "GET", hostHeader: "example.com", httpVersion: "1.1" as const, ...asks };
  const key = {
    headers: chosen.headers ?? [],
    cookies: selectionOf(chosen.cookies),
    query: selectionOf(chosen.query),
    encodings: chosen.encodings,
  };
  return cacheKey(owner, { path, querystring, headers }, viewer, { key }, chosen.apart ?? "");
}

const all = { behavior: "all", names: [] } as const;
const some = (...names: string[]) => ({ behavior: "whitelist", names }) as const;
const allBut = (...names: string[]) => ({ behavior: "allExcept", names }) as const;
const both = { gzip: true, brotli: true };

test("cacheKey() is the distribution and the path where the behavior selects nothing", () => {
  const asks = { querystring: "x=1", headers: ["Cookie", "a=b", "Accept-Encoding", "br"] };
  assert.deepEqual(keyOf({}, asks), { key: "E1 /a", uri: "/a" });
});

test("cacheKey() ends in whose version's it is, which no header can say", () => {
  const plain = keyOf({ headers: ["a"] }, { headers: ["A", "1"] });
  const own = keyOf({ headers: ["a"], apart: "fn:3 2026" }, { headers: ["A", "1"] });
  assert.equal(own.key, `${plain.key}\n@fn:3 2026`);
  assert.equal(own.uri, plain.uri);
});

test("cacheKey() of a request that recurs is made once for whoever asks the same", () => {
  const request = { path: "/a", querystring: "b=1", headers: ["C", "1"], recurs: true } as const;
  const none = { headers: [], cookies: selectionOf(undefined), encodings: undefined };
  const rules = { key: { ...none, query: selectionOf(undefined) } };
  const owner = { id: "E1" };
  const asker = { method: "GET", hostHeader: "example.com", httpVersion: "1.1" } as const;
  const first = cacheKey(owner, request, asker, rules, "");
  assert.equal(first.key, "E1 /a");
  assert.equal(cacheKey(owner, request, { ...asker }, rules, ""), first);
  const byQuery = { key: { ...none, query: selectionOf(all) } };
  assert.equal(cacheKey(owner, request, asker, byQuery, "").key, "E1 /a?b=1");
  const byHost = { key: { ...none, query: selectionOf(undefined), headers: ["host"] } };
  for (const hostHeader of ["example.com", "example.org"]) {
    const { key } = cacheKey(owner, request, { ...asker, hostHeader }, byHost, "");
    assert.equal(key, `E1 /a\nhost:${hostHeader}`);
  }
  const options = cacheKey(owner, request, { ...asker, method: "OPTIONS" }, rules, "");
  assert.equal(options.key, "OPTIONS E1 /a");
  assert.equal(cacheKey(owner, request, asker, rules, "fn:3").key, "E1 /a\n@fn:3");
  assert.equal(cacheKey({ id: "E2" }, request, asker, rules, "").key, "E2 /a");
});

test("cacheKey() has room for a tenant", () => {
  assert.equal(keyOf({}, {}, { id: "E1", tenant: { id: "dt_1" } }).key, "E1:dt_1 /a");
});

test("cacheKey() shares an object between GET and HEAD, and keeps OPTIONS apart", () => {
  const keys = ["GET", "HEAD", "OPTIONS"].map((method) => keyOf({}, { method }).key);
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[0], keys[2]);
});

const queries: [query: Chosen["query"], querystring: string | undefined, uri: string][] = [
  [all, undefined, "/a"],
  [all, "", "/a?"],
  [all, "b=2&a=1", "/a?b=2&a=1"],
  [some("a", "c"), "c=3&b=2&a=1&a=0", "/a?c=3&a=1&a=0"],
  [some("a"), "a", "/a?a"],
  [some("a"), "A=1;a=2", "/a"],
  [allBut("b"), "c=3&b=2&a=", "/a?c=3&a="],
  [undefined, "a=1", "/a"],
];
for (const [query, querystring, uri] of queries) {
  test(`cacheKey() keeps ${uri} of ?${querystring} by ${query?.behavior}`, () => {
    const found = keyOf({ ...(query && { query }) }, { querystring });
    assert.deepEqual(found, { key: `E1 ${uri}`, uri });
  });
}

test("cacheKey() knows an absent header from an empty one, and lines from a list", () => {
  const keys = [[], ["X-A", ""], ["X-A", "a, b"], ["X-A", "a", "X-A", "b"]].map(
    (headers) => keyOf({ headers: ["x-a"] }, { headers }).key,
  );
  assert.equal(new Set(keys).size, 4);
});

test("cacheKey() takes names in any case, and values as they are", () => {
  const key = (...headers: string[]) => keyOf({ headers: ["x-a", "x-b"] }, { headers }).key;
  assert.equal(key("x-a", "1", "X-B", "2"), key("X-B", "2", "X-A", "1"));
  assert.notEqual(key("x-a", "q"), key("x-a", "Q"));
});

test("cacheKey() takes Host from the viewer, whatever the function has made of it", () => {
  const headers = ["Host", "other.example"];
  assert.equal(keyOf({ headers: ["host"] }, { headers }).key, "E1 /a\nhost:example.com");
  assert.equal(keyOf({ headers: ["host"] }, { headers, hostHeader: undefined }).key, "E1 /a");
});

const encodings: [value: string | undefined, of: KeySelection["encodings"], found: string][] = [
  ["gzip, deflate, br", both, "br,gzip"],
  ["br;q=0, gzip", both, "gzip"],
  ["deflate", both, ""],
  [undefined, both, ""],
  ["br, gzip", { gzip: true, brotli: false }, "gzip"],
];
for (const [value, of, found] of encodings) {
  test(`cacheKey() reduces Accept-Encoding: ${value} to "${found}"`, () => {
    const headers = value === undefined ? [] : ["Accept-Encoding", value];
    const line = found === "" ? "" : `\naccept-encoding:${found}`;
    assert.equal(keyOf({ encodings: of }, { headers }).key, `E1 /a${line}`);
    assert.equal(keyOf({ encodings: of }, { headers, httpVersion: "1.0" }).key, "E1 /a");
  });
}

test("cacheKey() keeps a listed Accept-Encoding as it is, but none of HTTP/1.0", () => {
  const asks = { headers: ["Accept-Encoding", "zstd"] };
  const chosen = { headers: ["accept-encoding"] };
  assert.equal(keyOf(chosen, asks).key, "E1 /a\naccept-encoding:zstd");
  assert.equal(keyOf(chosen, { ...asks, httpVersion: "1.0" }).key, "E1 /a");
});

test("cacheKey() takes the selected cookies of all lines, by name", () => {
  const headers = ["Cookie", "b=2; a=1", "cookie", "c=3; $x=1"];
  const key = (cookies: Chosen["cookies"]) =>
    keyOf({ ...(cookies && { cookies }) }, { headers }).key;
  assert.equal(key(all), "E1 /a\ncookie:a=1; b=2; c=3");
  assert.equal(key(some("c", "a")), "E1 /a\ncookie:a=1; c=3");
  assert.equal(key(allBut("c")), "E1 /a\ncookie:a=1; b=2");
  assert.equal(key(some("z")), "E1 /a");
});

test("cacheKey() keeps cookies of one name in their order", () => {
  const key = (...values: string[]) =>
    keyOf({ cookies: all }, { headers: ["Cookie", values.map((each) => `a=${each}`).join("; ")] })
      .key;
  assert.equal(key("2", "1", "3"), "E1 /a\ncookie:a=2; a=1; a=3");
});

const text = (...units: string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 4 });
const value = text("a", "b", ":", ",", " ", "=", ";", "\t", "/", "?", "&", "\xff");
const headerName = fc.constantFrom("X-A", "x-a", "X-B", "Cookie", "Accept-Encoding", "Accept");
const names = fc.subarray(["a", "b", "ab"]);
const selection = fc.oneof(
  fc.constant(all),
  names.map((each) => some(...each)),
  names.map((each) => allBut(...each)),
  fc.constant({ behavior: "none", names: [] } as const),
);
const chosen = fc.record({
  headers: fc.subarray(["accept", "host", "x-a", "x-b"]),
  cookies: selection,
  query: selection,
  encodings: fc.constantFrom(undefined, both),
});
const asks = fc.record({
  method: fc.constantFrom("GET", "HEAD", "OPTIONS"),
  path: text("a", "b", "/", ":", ",").map((rest) => `/${rest}`),
  querystring: fc.option(text("a", "b", "&", "=", "?"), { nil: undefined }),
  headers: fc
    .array(fc.tuple(headerName, fc.oneof(value, fc.constantFrom("br", "gzip", "a=1; b=2"))), {
      maxLength: 4,
    })
    .map((lines) => lines.flat()),
  hostHeader: fc.option(text("a", "."), { nil: undefined }),
  httpVersion: fc.constantFrom("1.0" as const, "1.1" as const),
});

test("cacheKey() is one text for two requests just when what is selected of them is the same", () => {
  let same = 0;
  fc.assert(
    fc.property(chosen, asks, asks, fc.boolean(), (of, one, other, isNear) => {
      // Two requests at random are hardly ever alike: half of the pairs differ in one respect.
      const near = isNear ? { ...one, headers: other.headers } : other;
      const isSame = keyOf(of, one).key === keyOf(of, near).key;
      same += isSame ? 1 : 0;
      assert.equal(
        isSame,
        JSON.stringify(selected(of, one)) === JSON.stringify(selected(of, near)),
      );
    }),
    tried(2000),
  );
  assert.ok(same > 50, `${same} pairs were the same`);
});

/** What the key is to tell apart, part by part. */
function selected(
  { headers = [], cookies, query, encodings }: Chosen,
  { method, path, querystring, headers: lines = [], hostHeader, httpVersion }: Asks,
) {
  const linesOf = (wanted: string) =>
    lines.flatMap((each, index) =>
      index % 2 === 0 && each.toLowerCase() === wanted ? [lines[index + 1] as string] : [],
    );
  const has = (of: Chosen["query"], name: string) => selectionOf(of).has(name);
  const accepted = httpVersion === "1.0" ? [] : linesOf("accept-encoding").join().split(",");
  const parameters = querystring?.split("&").filter((each) => has(query, each.split("=")[0] ?? ""));
  return {
    isOptions: method === "OPTIONS",
    path,
    query:
      query?.behavior === "all"
        ? (querystring ?? null)
        : parameters?.filter((each) => each !== "").join("&") || null,
    headers: headers.map((each) => (each === "host" ? hostHeader : linesOf(each))),
    cookies: linesOf("cookie")
      .join(";")
      .split(";")
      .map((each) => each.trim())
      .filter((each) => each.indexOf("=") > 0 && each.length > 1)
      .filter((each) => has(cookies, each.slice(0, each.indexOf("=")).trim()))
      .map((each) => [each.slice(0, each.indexOf("=")).trim(), each] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, pair]) => pair),
    encodings:
      encodings && ["br", "gzip"].filter((each) => accepted.some((one) => one.trim() === each)),
  };
}
