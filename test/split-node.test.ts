/** A node's halves as processes of their own: an edge follows the change log that a control plane writes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./support/distribution-config.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const config = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
const codeOf = (text: string): Uint8Array =>
  Buffer.from(`function handler() { return { statusCode: 200, body: '${text}' }; }`);
/** The edge asks the log every ten milliseconds; a loaded machine may take longer. */
const patienceMs = 5000;

let control: TestNode;
let edge: TestNode;
let origin: TestOrigin;
before(async () => {
  const dataFolder = temporaryFolder();
  origin = await startTestOrigin();
  control = await startTestNode({ command: "control", dataFolder });
  edge = await startTestNode({ command: "edge", dataFolder });
});
after(async () => {
  await Promise.all([control.stop(), edge.stop(), origin.close()]);
});

test("footlight edge serves what footlight control was told, and goes on when that is gone", async () => {
  const { client } = control;
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name: "page",
      FunctionConfig: config,
      FunctionCode: codeOf("one"),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "page", IfMatch: ETag }));
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        callerReference: "split",
        originPort: origin.port,
        viewerRequest: "page",
      }),
    }),
  );
  const host = Distribution?.DomainName ?? "";
  await untilViewerGets(host, "one");

  const updated = await client.send(
    new UpdateFunctionCommand({
      Name: "page",
      IfMatch: ETag,
      FunctionConfig: config,
      FunctionCode: codeOf("two"),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "page", IfMatch: updated.ETag }));
  await untilViewerGets(host, "two");

  assert.equal(await control.stop(), 0);
  assert.equal((await view(edge.edge, host, "/")).body, "two");
});

async function untilViewerGets(host: string, body: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await view(edge.edge, host, "/");
    if (answer.body === body) return;
    assert.ok(performance.now() < deadline, `still ${answer.status} ${answer.body.slice(0, 100)}`);
  }
}
