/** What a file of mock rules may say, and what it says of requests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViewerRequest } from "../viewer-request.ts";
import { readMockRules } from "./mock-rules.ts";
import { createMocks } from "./mocks.ts";

const from = (ip: string, path = "/") => ({ ip, path, headers: [] }) as unknown as ViewerRequest;

function mocksOf(...rules: unknown[]) {
  const read = readMockRules(JSON.stringify({ rules }));
  return createMocks({ byHeaders: false, rules: () => read });
}

test("a rule is of the viewers and paths that it names, and of all without", () => {
  const mocks = mocksOf(
    { viewers: ["10.0.0.0/8", "2001:db8::/32"], country: "DE" },
    { viewers: ["192.0.2.7"], paths: ["/de/*", "fr/?"], city: "Köln" },
    { asn: 64_496 },
  );
  const told = (ip: string, path?: string) => mocks.apply(from(ip, path)).mocked?.told;
  assert.equal(told("10.1.2.3"), "country=DE, asn=64496");
  assert.equal(told("2001:db8::7"), "country=DE, asn=64496");
  assert.equal(told("192.0.2.7", "/de/a"), "city=K%C3%B6ln, asn=64496");
  assert.equal(told("192.0.2.7", "/fr/1"), "city=K%C3%B6ln, asn=64496");
  assert.equal(told("192.0.2.7", "/fr/12"), "asn=64496");
  assert.equal(told("fe80::1%eth0"), "asn=64496");
  assert.equal(told(""), "asn=64496");
});

test("where two rules say something of the same, the first counts", () => {
  const mocks = mocksOf(
    { country: "DE", originHealth: { api: 503 } },
    { country: "FR", pop: "SEA19-C3", originHealth: "down" },
    { originHealth: { files: "slow" } },
  );
  const { mocked } = mocks.apply(from("192.0.2.1"));
  assert.equal(mocked?.told, "country=DE, pop=SEA19-C3, origin-health:api=503, origin-health:down");
  const healthOf = (id: string) => mocked?.originHealth({ id, domainName: "x.example.com" });
  assert.deepEqual(healthOf("api"), { kind: "status", status: 503 });
  assert.deepEqual(healthOf("files"), { kind: "down" });
});

test("an origin is known by its id or its domain name", () => {
  const { mocked } = mocksOf({ originHealth: { "api.example.com": "1500ms" } }).apply(from(""));
  const known = { id: "api", domainName: "api.example.com" };
  assert.deepEqual(mocked?.originHealth(known), { kind: "late", ms: 1500 });
  assert.equal(mocked?.originHealth({ id: "b", domainName: "b.example.com" }), undefined);
});

test("a request that no rule fits is the very same", () => {
  const request = from("192.0.2.1");
  assert.equal(mocksOf({ viewers: ["10.0.0.0/8"], country: "DE" }).apply(request), request);
});

test("beside a mocked country nothing else of the found place counts but its network", () => {
  const found = { country: "US", countryName: "United States", city: "Seattle", asn: 7 };
  const placed = (rule: object) => mocksOf(rule).apply(from("")).mocked?.placeOver(found);
  assert.deepEqual(placed({ country: "DE" }), { country: "DE", countryName: "Germany", asn: 7 });
  assert.deepEqual(placed({ city: "Köln", latitude: -50.5 }), {
    ...found,
    city: "Köln",
    latitude: -50.5,
  });
});

const wrong: [what: string, text: string, message: RegExp][] = [
  ["no JSON", "country: DE", /^is not JSON/],
  ["no object", "[]", /^must hold an object, got \[\]/],
  ["no rules", "{}", /^says "rules", which must be a list of rules, got nothing/],
  ["an unknown member", '{"rules": [], "rule": 1}', /^has "rule", which is no member: rules are/],
  [
    "an unknown member of a rule",
    '{"rules": [{"land": "DE"}]}',
    /^has "rules\[0\]\.land", which is no member: viewers, paths, country, /,
  ],
  [
    "a member that is there twice",
    '{"rules": [{"asn": 1, "asn": 2}]}',
    /says "rules\[0\]\.asn" twice/,
  ],
  [
    "a country in words",
    '{"rules": [{"country": "Germany"}]}',
    /^says "rules\[0\]\.country", which must be two capital letters, .* got "Germany"/,
  ],
  [
    "a number as a text",
    '{"rules": [{"asn": "3320"}]}',
    /"rules\[0\]\.asn", which must be a whole/,
  ],
  ["a text as a number", '{"rules": [{"postalCode": 50667}]}', /1 to 100 characters, got 50667/],
  ["a latitude off the globe", '{"rules": [{"latitude": 91}]}', /degrees from -90 to 90, got 91/],
  ["an unknown device", '{"rules": [{"device": "ios, watch"}]}', /one or several of android, /],
  ["no POP", '{"rules": [{"pop": "Seattle"}]}', /an edge location like FRA56-P4/],
  [
    "no network",
    '{"rules": [{"viewers": ["10.0.0.0/33"]}]}',
    /viewers\[0\]", which must be an addr/,
  ],
  ["no viewers", '{"rules": [{"viewers": []}]}', /a list of texts, one at least, got \[\]/],
  [
    "no health",
    '{"rules": [{"originHealth": {"api": "ill"}}]}',
    /originHealth\["api"\]", which must be down, slow, a status/,
  ],
];

for (const [what, text, message] of wrong) {
  test(`a file with ${what} is refused, and says why`, () => {
    assert.throws(() => readMockRules(text), { message });
  });
}
