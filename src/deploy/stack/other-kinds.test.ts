/**
 * The kinds that no shape of test/deploy/ has, and what the API does not tell of some.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDeploy } from "../../../test/support/memory-deploy.ts";
import { planLines } from "./plan-text.ts";

const connection = `Resources:
  Gate:
    Type: AWS::CloudFront::ConnectionFunction
    Properties:
      Name: gate
      AutoPublish: true
      ConnectionFunctionConfig: {Comment: first, Runtime: cloudfront-js-2.0}
      ConnectionFunctionCode: "function connectionHandler(connection) { connection.allow(); }"
      Tags: [{Key: team, Value: web}]
`;

test("a connection function is made, published, changed and deleted", async () => {
  const { deploy, destroy, state } = createMemoryDeploy();
  assert.deepEqual(await deploy(connection), ["created Gate"]);
  const [gate] = [...state().resources.get("connection-function")!.values()];
  assert.ok(gate!.live);
  assert.deepEqual(await deploy(connection), []);
  assert.deepEqual(await deploy(connection.replace("first", "second")), ["updated Gate"]);
  assert.deepEqual(await deploy(connection.replace("first", "second")), []);
  assert.deepEqual(await destroy(), ["deleted Gate"]);
  assert.equal(state().resources.get("connection-function")?.size ?? 0, 0);
});

const trust = `Resources:
  Trust:
    Type: AWS::CloudFront::TrustStore
    Properties:
      Name: partners
      CaCertificatesBundleSource: {CaCertificatesBundleS3Location: {Bucket: trust, Key: one.pem, Region: us-east-1}}
`;

test("a trust store's bundle can't be read back, and another one is known by what the template asks for", async () => {
  const { deploy, destroy, plan } = createMemoryDeploy();
  assert.deepEqual(await deploy(trust), ["created Trust"]);
  assert.deepEqual(await deploy(trust), []);
  const next = trust.replace("one.pem", "two.pem");
  const [, line] = planLines(await plan(next));
  assert.match(line!, /^ {6}CaCertificatesBundleSource: nothing → .*two\.pem/);
  assert.deepEqual(await deploy(next), ["updated Trust"]);
  assert.deepEqual(await deploy(next), []);
  assert.deepEqual(await destroy(), ["deleted Trust"]);
});

test("a source of pairs that is no file here is read by the node, and once", async () => {
  const { plan, changes } = createMemoryDeploy();
  const store = `Resources:
  Store:
    Type: AWS::CloudFront::KeyValueStore
    Properties: {Name: flags, ImportSource: {SourceType: S3, SourceArn: "arn:aws:s3:::seeds/flags.json"}}
`;
  const lines = planLines(await plan(store));
  assert.match(
    lines[0]!,
    /^\+ create Store .*: the node reads arn:aws:s3:::seeds\/flags\.json by its --import-sources, and not again/,
  );
  assert.deepEqual(changes, []);
});
