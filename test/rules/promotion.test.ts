/** From a copy to its promotion, through the API of a whole node. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CopyDistributionCommand,
  CreateContinuousDeploymentPolicyCommand,
  CreateDistributionCommand,
  GetContinuousDeploymentPolicyCommand,
  GetDistributionCommand,
  UpdateDistributionCommand,
  UpdateDistributionWithStagingConfigCommand,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

let node: TestNode;
let origin: TestOrigin;

before(async () => {
  [node, origin] = await Promise.all([startTestNode({ workers: 2 }), startTestOrigin()]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

async function change(
  Id: string,
  changes: (config: DistributionConfig) => Partial<DistributionConfig>,
): Promise<string> {
  const { Distribution, ETag } = await node.client.send(new GetDistributionCommand({ Id }));
  const config = Distribution!.DistributionConfig!;
  const updated = await node.client.send(
    new UpdateDistributionCommand({
      Id,
      IfMatch: ETag!,
      DistributionConfig: { ...config, ...changes(config) },
    }),
  );
  return updated.ETag!;
}

test("a copy serves who asks for it, and everybody once it is promoted", async () => {
  const created = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "primary", originPort: origin.port }),
    }),
  );
  const { Id: primary, DomainName: host } = created.Distribution!;
  const copied = await node.client.send(
    new CopyDistributionCommand({
      PrimaryDistributionId: primary!,
      Staging: true,
      IfMatch: created.ETag!,
      CallerReference: "copy",
    }),
  );
  const { Id: staging, DomainName: stagingName } = copied.Distribution!;
  await change(staging!, ({ Origins }) => ({
    Origins: { Quantity: 1, Items: [{ ...Origins!.Items![0]!, OriginPath: "/next" }] },
  }));
  const { ContinuousDeploymentPolicy } = await node.client.send(
    new CreateContinuousDeploymentPolicyCommand({
      ContinuousDeploymentPolicyConfig: {
        Enabled: true,
        StagingDistributionDnsNames: { Quantity: 1, Items: [stagingName!] },
        TrafficConfig: {
          Type: "SingleHeader",
          SingleHeaderConfig: { Header: "aws-cf-cd-next", Value: "1" },
        },
      },
    }),
  );
  const { Id: policy } = ContinuousDeploymentPolicy!;
  const ask = async (path: string, headers = {}): Promise<string> =>
    (await view(node.edge, host!, path, { headers })).body;
  const next = { "aws-cf-cd-next": "1" };

  assert.equal(await ask("/a", next), "GET /a");
  const primaryEtag = await change(primary!, () => ({ ContinuousDeploymentPolicyId: policy! }));
  for (let turn = 0; turn < 6; turn++) {
    assert.equal(await ask(`/${turn}`, next), `GET /next/${turn}`);
    assert.equal(await ask(`/${turn}`), `GET /${turn}`);
  }
  assert.equal((await view(node.edge, stagingName!, "/a")).status, 403);

  const { ETag: stagingEtag } = await node.client.send(
    new GetDistributionCommand({ Id: staging! }),
  );
  await node.client.send(
    new UpdateDistributionWithStagingConfigCommand({
      Id: primary!,
      StagingDistributionId: staging!,
      IfMatch: `${primaryEtag}, ${stagingEtag}`,
    }),
  );
  for (let turn = 10; turn < 16; turn++) {
    assert.equal(await ask(`/${turn}`), `GET /next/${turn}`);
    assert.equal(await ask(`/${turn}`, next), `GET /next/${turn}`);
  }
  const { ContinuousDeploymentPolicy: after } = await node.client.send(
    new GetContinuousDeploymentPolicyCommand({ Id: policy! }),
  );
  assert.equal(after!.ContinuousDeploymentPolicyConfig!.Enabled, false);
});
