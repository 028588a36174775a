import assert from "node:assert/strict";
import { test } from "node:test";
import { corsRulesOf } from "./cors-rules.ts";

type Config = Parameters<typeof corsRulesOf>[0];

function listOf<T>(...Items: T[]) {
  return { Quantity: Items.length, Items };
}

function rulesOf(changes: Partial<Config> = {}) {
  return corsRulesOf({
    AccessControlAllowOrigins: listOf("https://app.example"),
    AccessControlAllowHeaders: listOf("*"),
    AccessControlAllowMethods: listOf("POST", "GET"),
    AccessControlAllowCredentials: false,
    OriginOverride: true,
    ...changes,
  });
}

test("an origin of the list is named back, * stands for itself, and others get nothing", () => {
  const listed = rulesOf({ AccessControlAllowOrigins: listOf("https://a.example", "*.b.example") });
  assert.equal(listed.allow("https://a.example"), "https://a.example");
  assert.equal(listed.allow("http://x.b.example"), "http://x.b.example");
  assert.equal(listed.allow("https://c.example"), undefined);
  const all = rulesOf({ AccessControlAllowOrigins: listOf("https://a.example", "*") });
  assert.equal(all.allow("https://a.example"), "*");
});

test("methods come as they are listed, all seven in one order, and ALL is all seven", () => {
  const methodsOf = (...methods: string[]) =>
    rulesOf({ AccessControlAllowMethods: listOf(...(methods as "GET"[])) }).preflight[1];
  const all = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
  assert.equal(methodsOf("POST", "GET"), "POST, GET");
  assert.equal(methodsOf("ALL"), all);
  assert.equal(methodsOf("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"), all);
});

test("every answer tells of credentials and exposed headers, preflights of the rest", () => {
  const rules = rulesOf({
    AccessControlAllowCredentials: true,
    AccessControlExposeHeaders: listOf("x-a", "x-b"),
    AccessControlMaxAgeSec: 600,
  });
  assert.deepEqual(rules.simple, [
    ...["Access-Control-Allow-Credentials", "true"],
    ...["Access-Control-Expose-Headers", "x-a, x-b"],
  ]);
  assert.deepEqual(rules.preflight, [
    ...["Access-Control-Allow-Methods", "POST, GET"],
    ...["Access-Control-Max-Age", "600"],
  ]);
  assert.deepEqual(rulesOf().simple, []);
  assert.deepEqual(rulesOf().preflight, ["Access-Control-Allow-Methods", "POST, GET"]);
});

const headerRows: readonly [items: string[], requested: string | undefined, allowed: string][] = [
  [["*"], "x-a", "*"],
  [["*", "Authorization"], undefined, "*, Authorization"],
  [["X-Token", "Content-Type"], "x-other", "X-Token, Content-Type"],
  [["x-amz-*"], "x-amz-, x-amz-test, x-amzn, content-type", "x-amz-, x-amz-test"],
  [["x-*-amz"], "x--amz, x-a-amz, x-amz", "x--amz, x-a-amz"],
  [["Content-Type", "X-Amz-*"], "content-type, x-amz-date", "Content-Type, x-amz-date"],
  [["x-*"], "x-a, x-a", "x-a"],
  [["x-*"], "x-a b, x-\u00e4, y", ""],
  [["x-*"], undefined, ""],
];

for (const [items, requested, allowed] of headerRows) {
  test(`allowed headers ${items.join(", ")} answer ${requested} with "${allowed}"`, () => {
    const rules = rulesOf({ AccessControlAllowHeaders: listOf(...items) });
    assert.equal(rules.allowHeaders(requested), allowed);
  });
}
