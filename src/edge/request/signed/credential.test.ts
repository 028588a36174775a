import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialOf } from "./credential.ts";

test("credentialOf() takes a URL's parameters and leaves the others as they came", () => {
  const querystring = "b=%31&Expires=1&&Signature=a~b&a&Key-Pair-Id=K1&b=2";
  const { values, isAmbiguous, querystring: rest } = credentialOf({ querystring, headers: [] });
  assert.deepEqual(
    [...values],
    [
      ["Expires", "1"],
      ["Signature", "a~b"],
      ["Key-Pair-Id", "K1"],
    ],
  );
  assert.equal(isAmbiguous, false);
  assert.equal(rest, "b=%31&&a&b=2");
});

test("credentialOf() says when nothing else is in the URL", () => {
  assert.equal(credentialOf({ querystring: "Expires=1", headers: [] }).querystring, undefined);
});

for (const querystring of ["Expires", "Policy=", "a=1&Hash-Algorithm=SHA1"]) {
  test(`credentialOf() looks at no cookie where the URL has ${querystring}`, () => {
    const headers = ["Cookie", "CloudFront-Key-Pair-Id=K1"];
    assert.equal(credentialOf({ querystring, headers }).values.has("Key-Pair-Id"), false);
  });
}

test("credentialOf() reads escapes in a parameter, and keeps what has none to read", () => {
  const read = (value: string) =>
    credentialOf({ querystring: `Signature=${value}`, headers: [] }).values.get("Signature");
  assert.equal(read("a%7Eb%5f"), "a~b_");
  assert.equal(read("a%zz"), "a%zz");
  assert.equal(read("%ff"), "%ff");
});

test("credentialOf() reads cookies of all lines by their names' case, and takes the first of a name", () => {
  const headers = [
    "cookie",
    "a=1; CloudFront-Key-Pair-Id=K1;CloudFront-Policy=first ; cloudfront-expires=1",
    "Cookie",
    "CloudFront-Policy=second; CloudFront-Other=x; CloudFront-Signature=s=",
    "X-Cookie",
    "CloudFront-Expires=1",
  ];
  const { values, querystring } = credentialOf({ querystring: "x=1", headers });
  assert.deepEqual(
    [...values],
    [
      ["Key-Pair-Id", "K1"],
      ["Policy", "first"],
      ["Signature", "s="],
    ],
  );
  assert.equal(querystring, "x=1");
});

test("credentialOf() knows no parameter by a prototype's member", () => {
  const headers = ["Cookie", "CloudFront-__proto__=1; CloudFront-constructor=1"];
  assert.equal(credentialOf({ querystring: "__proto__=1&constructor=2", headers }).values.size, 0);
});
