/** Keys and key groups from the API to the edge, and trusted signers' keys from a folder, on a whole node. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateKeyGroupCommand,
  CreatePublicKeyCommand,
  UpdateKeyGroupCommand,
} from "@aws-sdk/client-cloudfront";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { buildConfig } from "../support/distribution-config.ts";
import { ecKey, rsaKey, trustedGroups, type SigningKey } from "../support/signing-keys.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";
import { view, type ViewerAnswer } from "../support/viewer.ts";

const signer = rsaKey("APKAEXAMPLE123456789");
let node: TestNode;
let origin: TestOrigin;

before(async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "self"));
  writeFileSync(join(folder, "self", `${signer.id}.pem`), signer.publicKey);
  [node, origin] = await Promise.all([
    startTestNode({ workers: 2, args: ["--trusted-signer-keys", folder] }),
    startTestOrigin(),
  ]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

async function createKey(name: string): Promise<SigningKey> {
  const key = ecKey(name);
  const { PublicKey } = await node.client.send(
    new CreatePublicKeyCommand({
      PublicKeyConfig: { CallerReference: name, Name: name, EncodedKey: key.publicKey },
    }),
  );
  return { ...key, id: PublicKey!.Id! };
}

/** Signs the URL that people are given, port and all, and asks for it. */
function ask(host: string, path: string, key: SigningKey): Promise<ViewerAnswer> {
  const authority = `${host}:${new URL(node.edge).port}`;
  const url = getSignedUrl({
    url: `http://${authority}${path}`,
    keyPairId: key.id,
    privateKey: key.privateKey,
    dateLessThan: Date.now() + 60_000,
  });
  return view(node.edge, authority, url.slice(`http://${authority}`.length));
}

test("a key is trusted from the change that puts it into a group on, until it leaves", async () => {
  const [first, second] = [await createKey("first"), await createKey("second")];
  const { KeyGroup, ETag } = await node.client.send(
    new CreateKeyGroupCommand({ KeyGroupConfig: { Name: "group", Items: [first.id, second.id] } }),
  );
  const { Id } = KeyGroup!;
  const config = buildConfig({ callerReference: "keys", originPort: origin.port });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        DefaultCacheBehavior: { ...config.DefaultCacheBehavior!, ...trustedGroups(Id!) },
      },
    }),
  );
  const host = Distribution!.DomainName!;
  assert.equal(Distribution!.ActiveTrustedKeyGroups?.Enabled, true);
  assert.match((await view(node.edge, host, "/a")).body, /<Code>MissingKey</);
  assert.equal((await ask(host, "/a?b=1", first)).body, "GET /a?b=1");
  assert.equal((await ask(host, "/a", second)).status, 200);
  await node.client.send(
    new UpdateKeyGroupCommand({
      Id: Id!,
      IfMatch: ETag!,
      KeyGroupConfig: { Name: "group", Items: [second.id] },
    }),
  );
  for (let turn = 0; turn < 8; turn++) {
    assert.match((await ask(host, `/a?turn=${turn}`, first)).body, /<Code>InvalidKey</);
  }
  assert.equal((await ask(host, "/a", second)).status, 200);
});

test("a trusted signer's key from --trusted-signer-keys lets its URLs in", async () => {
  const config = buildConfig({ callerReference: "signers", originPort: origin.port });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        DefaultCacheBehavior: {
          ...config.DefaultCacheBehavior!,
          TrustedSigners: { Enabled: true, Quantity: 1, Items: ["self"] },
        },
      },
    }),
  );
  const host = Distribution!.DomainName!;
  assert.equal((await ask(host, "/a", signer)).body, "GET /a");
  assert.match((await ask(host, "/a", ecKey("K1"))).body, /<Code>InvalidKey</);
});
