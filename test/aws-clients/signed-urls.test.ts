/** URLs that the AWS CLI and openssl sign, fetched with curl. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import {
  CreateDistributionCommand,
  CreateKeyGroupCommand,
  CreatePublicKeyCommand,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { skipWithout } from "../support/optional.ts";
import { rsaKey, trustedGroups } from "../support/signing-keys.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";

const run = promisify(execFile);
const folder = temporaryFolder();
const pair = rsaKey("in the account");
const soon = String(Math.floor(Date.now() / 1000) + 600);
let node: TestNode;
let origin: TestOrigin;
let keyPairId = "";
let site = "";

before(async () => {
  writeFileSync(join(folder, "private.pem"), pair.privateKey);
  [node, origin] = await Promise.all([startTestNode(), startTestOrigin()]);
  const { PublicKey } = await node.client.send(
    new CreatePublicKeyCommand({
      PublicKeyConfig: { CallerReference: "k", Name: "k", EncodedKey: pair.publicKey },
    }),
  );
  keyPairId = PublicKey!.Id!;
  const { KeyGroup } = await node.client.send(
    new CreateKeyGroupCommand({ KeyGroupConfig: { Name: "group", Items: [keyPairId] } }),
  );
  const config = buildConfig({ callerReference: "d", originPort: origin.port });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        DefaultCacheBehavior: { ...config.DefaultCacheBehavior!, ...trustedGroups(KeyGroup!.Id!) },
      },
    }),
  );
  site = `http://${Distribution!.DomainName}:${new URL(node.edge).port}`;
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

async function curl(...args: string[]): Promise<string> {
  return (await run("curl", ["--silent", ...args])).stdout;
}

async function awsSign(...args: string[]): Promise<string> {
  const key = `file://${join(folder, "private.pem")}`;
  const { stdout } = await run("aws", [
    ...["cloudfront", "sign", "--key-pair-id", keyPairId, "--private-key", key],
    ...args,
  ]);
  return stdout.trim();
}

const skip = skipWithout(["aws", "--version"]);

test("what aws cloudfront sign makes is served, canned and custom", { skip }, async () => {
  const canned = await awsSign("--url", `${site}/a?b=1`, "--date-less-than", soon);
  assert.match(canned, /Expires=/);
  assert.equal(await curl(canned), "GET /a?b=1");
  assert.match(await curl(`${canned}&c=2`), /<Code>AccessDenied</);
  const times = ["--date-less-than", soon, "--date-greater-than", "1000000000"];
  const custom = await awsSign("--url", `${site}/a`, ...times, "--ip-address", "127.0.0.0/8");
  assert.match(custom, /Policy=/);
  assert.equal(await curl(custom), "GET /a");
  const elsewhere = await awsSign("--url", `${site}/a`, ...times, "--ip-address", "192.0.2.1");
  assert.match(await curl(elsewhere), /<Code>AccessDenied</);
});

const withoutOpenssl = skipWithout(["openssl", "version"]);

for (const [hash, parameter] of [
  ["-sha1", ""],
  ["-sha256", "; CloudFront-Hash-Algorithm=SHA256"],
] as const) {
  test(`cookies made with openssl dgst ${hash} are taken`, { skip: withoutOpenssl }, async () => {
    const policy = `{"Statement":[{"Resource":"${site}/*","Condition":{"DateLessThan":{"AWS:EpochTime":${soon}}}}]}`;
    writeFileSync(join(folder, "policy"), policy);
    const mapped = "openssl base64 -A | tr -- '+=/' '-_~'";
    const sign = `cat policy | openssl dgst ${hash} -sign private.pem | ${mapped}`;
    const shell = async (script: string) =>
      (await run("sh", ["-c", script], { cwd: folder })).stdout.trim();
    const cookies = [
      `CloudFront-Policy=${await shell(`cat policy | ${mapped}`)}`,
      `CloudFront-Signature=${await shell(sign)}`,
      `CloudFront-Key-Pair-Id=${keyPairId}${parameter}`,
    ];
    assert.equal(await curl("--cookie", cookies.join("; "), `${site}/a/b`), "GET /a/b");
    assert.match(await curl(`${site}/a/b`), /<Code>MissingKey</);
  });
}
