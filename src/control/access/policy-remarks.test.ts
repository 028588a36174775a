import assert from "node:assert/strict";
import { test } from "node:test";
import { policyText } from "../../../test/support/access-key.ts";
import { remarksOn } from "./policy-remarks.ts";

const account = "000000000000";
const arn = (path: string): string => `arn:aws:cloudfront::${account}:${path}`;

function remarks(Action: string | string[], Resource: string | string[]): readonly string[] {
  return remarksOn(policyText({ Effect: "Deny", Action, Resource }), account);
}

test("remarksOn() has nothing to say of a policy that does what it says", () => {
  assert.deepEqual(remarks("*", "*"), []);
  assert.deepEqual(remarks(["cloudfront:Get*", "cloudfront:List*"], "*"), []);
  assert.deepEqual(remarks("cloudfront:*", arn("function/shop-*")), []);
  for (const path of ["function/*", "vpcorigin/vo_1", "key-value-store/*", "f*/x", "*", "func*"]) {
    assert.deepEqual(remarks("cloudfront:*", arn(path)), [], path);
  }
  assert.deepEqual(remarks("cloudfront:*", "arn:aws:cloudfront::*:distribution/E1"), []);
  assert.deepEqual(remarks("cloudfront:UpdateDomainAssociation", arn("distribution/E1")), []);
});

test("remarksOn() names actions that no call needs", () => {
  assert.deepEqual(remarks(["cloudfront:Publsh*", "s3:GetObject"], "*"), [
    'no call needs the action "cloudfront:Publsh*"; is it misspelt?',
    'no call needs the action "s3:GetObject"; is it misspelt?',
  ]);
});

test("remarksOn() names resources that cannot be", () => {
  for (const wrong of [
    arn("funtion/hello"),
    arn("function"),
    arn("function/hello").replace(account, "123456789012"),
    arn("function/hello").replace("aws:", "aws-cn:"),
    arn("function/hello").replace("::", ":us-east-1:"),
    "arn:aws:s3:::bucket/*",
  ]) {
    assert.deepEqual(remarks("cloudfront:*", ["*", wrong]), [
      `nothing in account ${account} can have the ARN "${wrong}"; is it misspelt, or another account's?`,
    ]);
  }
});

test("remarksOn() names actions on one resource that are about none", () => {
  const both = ["cloudfront:ListFunctions", "cloudfront:GetFunction"];
  assert.deepEqual(remarks(both, arn("function/hello")), [
    'the action "cloudfront:ListFunctions" is about no resource in particular; only with the Resource "*" does it count',
  ]);
  assert.equal(remarks("FOOTLIGHT:readCache*", arn("function/hello")).length, 1);
});

test("remarksOn() knows which of Footlight's actions are about a function, and which about a stack", () => {
  const stack = `arn:aws:cloudformation:us-east-1:${account}:stack/shop`;
  assert.deepEqual(remarks(["footlight:ChangeStack", "footlight:ReadStacks"], stack), []);
  assert.deepEqual(remarks("footlight:ChangeStack", stack.replace("shop", "*")), []);
  for (const name of ["PublishFunction", "RollBackFunction", "ChangeWaves", "BreakGlass"]) {
    assert.deepEqual(remarks(`footlight:${name}`, arn("function/hello")), [], name);
  }
  for (const wrong of [stack.replace("stack/", "stak/"), stack.replace("us-east-1", "eu-west-1")]) {
    assert.equal(remarks("footlight:ChangeStack", ["*", wrong]).length, 1, wrong);
  }
});
