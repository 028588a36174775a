import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decideAccess,
  matchesWildcards,
  parsePolicy,
  PolicyError,
  unknownActions,
} from "./access-policy.ts";

const arn = (resource: string): string => `arn:aws:cloudfront::000000000000:${resource}`;
const hello = arn("function/hello");

function policy(...statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function verdict(text: string, action: string, resource: string): string {
  return decideAccess(parsePolicy(text), action, resource);
}

test("decideAccess() allows what a statement allows, and nothing else", () => {
  const text = policy({ Effect: "Allow", Action: "cloudfront:PublishFunction", Resource: hello });
  assert.equal(verdict(text, "cloudfront:PublishFunction", hello), "allowed");
  assert.equal(verdict(text, "cloudfront:PublishFunction", arn("function/hello2")), "none");
  assert.equal(verdict(text, "cloudfront:DeleteFunction", hello), "none");
  assert.equal(verdict(text, "cloudfront:PublishFunction", "*"), "none");
});

test("decideAccess() lets one Deny win over every Allow, wherever it stands", () => {
  const allow = { Effect: "Allow", Action: "*", Resource: "*" };
  const deny = { Effect: "Deny", Action: "cloudfront:Delete*", Resource: arn("function/*") };
  for (const text of [policy(allow, deny), policy(deny, allow)]) {
    assert.equal(verdict(text, "cloudfront:DeleteFunction", hello), "denied");
    assert.equal(verdict(text, "cloudfront:GetFunction", hello), "allowed");
    assert.equal(verdict(text, "cloudfront:DeleteDistribution", arn("distribution/E1")), "allowed");
  }
});

test("decideAccess() compares actions without case and resources with it", () => {
  const text = policy({ Effect: "Allow", Action: "CloudFront:publish*", Resource: hello });
  assert.equal(verdict(text, "cloudfront:PublishFunction", hello), "allowed");
  assert.equal(verdict(text, "cloudfront:PublishFunction", arn("function/Hello")), "none");
});

test("decideAccess() turns the list around for NotAction and NotResource", () => {
  const text = policy(
    { Effect: "Allow", NotAction: ["footlight:*", "cloudfront:Delete*"], Resource: "*" },
    { Effect: "Deny", Action: "*", NotResource: [arn("function/*")] },
  );
  assert.equal(verdict(text, "cloudfront:GetFunction", hello), "allowed");
  assert.equal(verdict(text, "footlight:Reset", arn("function/x")), "none");
  assert.equal(verdict(text, "cloudfront:GetDistribution", arn("distribution/E1")), "denied");
});

test("matchesWildcards() takes * for any characters and ? for one", () => {
  const cases: [pattern: string, value: string, matches: boolean][] = [
    ["*", "", true],
    ["*", "anything/at:all", true],
    ["a*c", "abbbc", true],
    ["a*c", "abbbd", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["?", "", false],
    ["*a*b*", "xxaxxbxx", true],
    ["*a*b", "xbxa", false],
    ["a.c", "abc", false],
    ["function/prod-*", "function/prod-", true],
    ["function/prod-*", "function/prod", false],
    ["*abab", "ababab", true],
    ["", "", true],
    ["", "a", false],
  ];
  for (const [pattern, value, matches] of cases) {
    assert.equal(matchesWildcards(pattern, value), matches, `${pattern} on ${value}`);
  }
});

test("matchesWildcards() takes no exponential time, whatever the pattern", () => {
  assert.equal(matchesWildcards("*a".repeat(500), "a".repeat(2000) + "b"), false);
});

test("parsePolicy() refuses what it would not honor, naming it", () => {
  const good = { Effect: "Allow", Action: "*", Resource: "*" };
  const cases: [text: string, message: RegExp][] = [
    ["{", /^The policy is not JSON/],
    ["[]", /^A policy must be a JSON object/],
    ["null", /^A policy must be a JSON object/],
    [JSON.stringify({ Statement: [good] }), /^Version must be "2012-10-17".*got none$/],
    [JSON.stringify({ Version: "2020-01-01", Statement: [good] }), /got "2020-01-01"$/],
    [JSON.stringify({ Version: "2012-10-17" }), /needs at least one Statement/],
    [policy(), /needs at least one Statement/],
    [JSON.stringify({ Version: "2012-10-17", Statment: [good] }), /got "Statment"$/],
    [policy(good, { ...good, Condition: {} }), /^Statement 2: Condition is not supported/],
    [policy({ ...good, Principal: "*" }), /^Statement 1: Principal has no place/],
    [policy({ ...good, Efect: "Deny" }), /got "Efect"$/],
    [policy({ ...good, Effect: "allow" }), /Effect must be "Allow" or "Deny", got "allow"$/],
    [policy({ ...good, NotAction: "*" }), /needs either Action or NotAction$/],
    [policy({ Effect: "Allow", Action: "*" }), /needs either Resource or NotResource$/],
    [policy({ ...good, Action: [] }), /Action must be a string or a list of strings$/],
    [policy({ ...good, Action: [7] }), /Action must be a string or a list of strings$/],
    [policy({ ...good, Action: "PublishFunction" }), /got "PublishFunction"$/],
    [policy({ ...good, Action: "*:PublishFunction" }), /got "\*:PublishFunction"$/],
    [policy({ ...good, Resource: "function/hello" }), /got "function\/hello"$/],
    [policy({ ...good, Resource: `${hello}\${aws:username}` }), /policy variables are not/],
    ["x".repeat(6145), /may have 6144 characters beside white space, this one has 6145$/],
    [
      policy(good).replace('"Effect"', '"Effect":"Deny","Effect"'),
      /^The policy says "Statement\[0\]\.Effect" twice/,
    ],
    [
      policy(good).replace('"Statement"', '"Statement":[],"Statement"'),
      /^The policy says "Statement" twice/,
    ],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => parsePolicy(text),
      (error) => {
        assert.ok(error instanceof PolicyError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

test("parsePolicy() counts no white space, as IAM does", () => {
  const text = policy({ Effect: "Allow", Action: "*", Resource: "*" });
  assert.deepEqual(parsePolicy(`${" \n".repeat(4000)}${text}`), parsePolicy(text));
});

test("unknownActions() tells the patterns that match no action there is", () => {
  const text = policy({
    Effect: "Deny",
    Action: ["cloudfront:Publsh*", "cloudfront:Get*", "s3:GetObject"],
    Resource: "*",
  });
  assert.deepEqual(unknownActions(parsePolicy(text), ["cloudfront:GetFunction"]), [
    "cloudfront:Publsh*",
    "s3:GetObject",
  ]);
});
