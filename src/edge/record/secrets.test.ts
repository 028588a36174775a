import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuMsOf } from "../../../test/support/cpu-ms-of.ts";
import { Secrets } from "./secrets.ts";

const headers: readonly (readonly [name: string, value: string, told: string])[] = [
  ["Cookie", "a=one-value; b=two-value", "a=[masked]; b=[masked]"],
  ["cookie", "novalue", "[masked]"],
  ["Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=[masked]; Path=/; HttpOnly"],
  ["Authorization", "Bearer abcdefgh", "[masked]"],
  ["Proxy-Authorization", "Basic abcdefgh", "[masked]"],
  ["x-api-key", "abc", "[masked]"],
  ["X-Amz-Security-Token", "abc", "[masked]"],
  ["X-Origin-Verify", "abc", "[masked]"],
  ["Ocp-Apim-Subscription-Key", "abc", "[masked]"],
  ["Referer", "https://a.example/b?token=abc&page=2", "https://a.example/b?token=[masked]&page=2"],
  ["Referer", "https://me:secret@a.example/b", "https://[masked]@a.example/b"],
  ["Referer", "https://a.example/b@2?mail=me@a.example", "https://a.example/b@2?mail=me@a.example"],
  ["Location", "/b?%74oken=abc", "/b?%74oken=[masked]"],
  ["Accept", "text/html;q=0.9", "text/html;q=0.9"],
  ["Cache-Control", "max-age=60", "max-age=60"],
  ["X-Anything", "Bearer abcdefgh", "Bearer [masked]"],
  ["X-Anything", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "[masked]"],
  ["X-Anything", "AKIAIOSFODNN7EXAMPLE", "[masked]"],
];

for (const [name, value, told] of headers) {
  test(`told of ${name}: ${value}`, () => {
    assert.equal(new Secrets().tellHeader(name, value), told);
  });
}

const queries: Readonly<Record<string, string>> = {
  "Policy=abc&Signature=def&Key-Pair-Id=K1&Expires=5":
    "Policy=[masked]&Signature=[masked]&Key-Pair-Id=[masked]&Expires=5",
  "X-Amz-Signature=a&X-Amz-Credential=b&X-Amz-Date=c":
    "X-Amz-Signature=[masked]&X-Amz-Credential=[masked]&X-Amz-Date=c",
  "code=a&access_token=b&client_secret=c&q=news":
    "code=[masked]&access_token=[masked]&client_secret=[masked]&q=news",
  "%53ignature=abc": "%53ignature=[masked]",
  "page=2&sort=name": "page=2&sort=name",
};

for (const [query, told] of Object.entries(queries)) {
  test(`told of the query ${query}`, () => {
    assert.equal(new Secrets().tell(query), told);
  });
}

test("a secret is masked wherever it turns up, in each form that it is written in", () => {
  const secrets = new Secrets();
  secrets.noteLines([
    "Cookie",
    'sid=se/cret"1; short=abc',
    "Authorization",
    "Basic bWU6cGFzc3dvcmQx",
  ]);
  secrets.noteQuery("token=a%20long%20one");
  assert.equal(secrets.tell('x se/cret"1 y'), "x [masked] y");
  assert.equal(secrets.tell(JSON.stringify({ sid: 'se/cret"1' })), '{"sid":"[masked]"}');
  assert.equal(secrets.tell("/to/se%2Fcret%221"), "/to/[masked]");
  assert.equal(secrets.tell("my password1 is"), "my [masked] is");
  assert.equal(secrets.tell("me:password1"), "[masked]");
  assert.equal(secrets.tell("a long one, a%20long%20one"), "[masked], [masked]");
  assert.equal(secrets.tell("abcde"), "abcde");
});

test("of a request with more secrets than are looked for, none is told", () => {
  const secrets = new Secrets();
  const cookies = Array.from({ length: 1000 }, (_, index) => `c${index}=value-${index}`);
  secrets.noteLines(["Cookie", cookies.join("; ")]);
  assert.equal(secrets.tell("value-999"), "[masked]");
});

test("texts are cut, and what viewers make long costs no more than its length", () => {
  const secrets = new Secrets();
  assert.equal(secrets.tell("x".repeat(5000)).length, 1025);
  const ms = cpuMsOf(() => {
    for (const part of ["eyJ-", "?a&", "a=b;", "-----BEGIN A", "Bearer ", "AKIA"]) {
      secrets.tell(part.repeat(30_000));
    }
  });
  assert.ok(ms < 2000, `${ms} ms of processor time`);
});
