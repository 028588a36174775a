/**
 * A whole node signs with what its operator gave it: the environment's, and a file that changes.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateDistributionCommand,
  CreateOriginAccessControlCommand,
  type Origin,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { verifyOriginSignature } from "../support/verify-origin-signature.ts";
import { view } from "../support/viewer.ts";

const bucket = "photos.s3.eu-west-1.amazonaws.com";
const fromFile = { accessKeyId: "AKIAFILE", secretAccessKey: "ofTheFile" };
const changed = { accessKeyId: "AKIACHANGED", secretAccessKey: "changedLater" };
const fromEnvironment = {
  accessKeyId: "AKIAENVIRONMENT",
  secretAccessKey: "ofTheEnvironment",
  sessionToken: "tokenOfTheEnvironment",
};

const profile = ({ accessKeyId, secretAccessKey }: typeof fromFile): string =>
  `[${bucket}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;

test("a node signs for a bucket as AWS's clients configured it, by the operator's credentials", async (t) => {
  const asked: IncomingMessage[] = [];
  const origin = await startTestOrigin((message, response) => {
    asked.push(message);
    response.end("ok");
  });
  t.after(() => origin.close());
  const file = join(temporaryFolder(), "credentials");
  writeFileSync(file, profile(fromFile), { mode: 0o600 });
  const node = await startTestNode({
    args: [
      ...["--origin-credentials", file],
      ...["--origin-sources", `${bucket}=http://127.0.0.1:${origin.port}/photos`],
    ],
    environment: {
      AWS_ACCESS_KEY_ID: fromEnvironment.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fromEnvironment.secretAccessKey,
      AWS_SESSION_TOKEN: fromEnvironment.sessionToken,
      AWS_REGION: "eu-north-1",
    },
  });
  t.after(() => node.stop());

  const { OriginAccessControl } = await node.client.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: "bucket",
        SigningProtocol: "sigv4",
        SigningBehavior: "always",
        OriginAccessControlOriginType: "s3",
      },
    }),
  );
  const deploy = async (callerReference: string, change: Partial<Origin>): Promise<string> => {
    const config = buildConfig({ callerReference, originPort: origin.port });
    const [local] = config.Origins?.Items ?? [];
    assert.ok(local);
    const OriginAccessControlId = OriginAccessControl?.Id;
    config.Origins = { Quantity: 1, Items: [{ ...local, OriginAccessControlId, ...change }] };
    const made = await node.client.send(
      new CreateDistributionCommand({ DistributionConfig: config }),
    );
    return made.Distribution?.DomainName ?? "";
  };
  const ask = async (host: string, path: string, credentials: typeof fromFile) => {
    const { status, body } = await view(node.edge, host, path);
    assert.deepEqual([status, body], [200, "ok"]);
    const message = asked.at(-1);
    assert.ok(message);
    const { method = "", url = "", headers, rawHeaders } = message;
    const request = { method, url, headers, rawHeaders, body: "" };
    return { url, ...(await verifyOriginSignature(request, credentials)) };
  };

  const asOnAws = await deploy("bucket", {
    DomainName: bucket,
    CustomOriginConfig: undefined,
    S3OriginConfig: { OriginAccessIdentity: "" },
  });
  const signed = await ask(asOnAws, "/cat.jpg", fromFile);
  assert.deepEqual([signed.url, signed.region], ["/photos/cat.jpg", "eu-west-1"]);

  const local = await deploy("local", { OriginPath: "/bucket" });
  const other = await ask(local, "/cat.jpg", fromEnvironment);
  assert.deepEqual([other.url, other.region], ["/bucket/cat.jpg", "eu-north-1"]);

  writeFileSync(file, profile(changed));
  let tries = 0;
  const isChanged = () =>
    ask(asOnAws, `/dog.jpg?${(tries += 1)}`, changed).then(
      () => true,
      () => false,
    );
  while (!(await isChanged())) await new Promise((resolve) => setTimeout(resolve, 50));

  await node.stop();
  const written = readdirSync(node.dataFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  for (const { secretAccessKey } of [fromFile, changed, fromEnvironment]) {
    for (const text of [node.stderr(), ...written]) assert.ok(!text.includes(secretAccessKey));
  }
});

test("a node does not start with credentials that can't be read", async () => {
  const file = join(temporaryFolder(), "credentials");
  writeFileSync(file, "[default]\naws_access_key_id = AKIA\n", { mode: 0o600 });
  await assert.rejects(
    startTestNode({ args: ["--origin-credentials", file] }),
    /Cannot use --origin-credentials: .*credentials has no aws_secret_access_key in profile \[default\]/,
  );
});
