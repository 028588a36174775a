/** Control nodes and edges as processes of their own, on one log in NATS. */
import assert from "node:assert/strict";
import { after, before, suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  CreateFunctionCommand,
  DescribeFunctionCommand,
  UpdateFunctionCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { createLiveFunction, functionConfig, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

let server: NatsServer;

suite("several nodes on one log", { skip: skipWithoutNats() }, () => {
  before(async () => {
    server = await NatsServer.start();
  });
  after(() => server.stop());

  test("what one control node is told, the other shows, and of two updates one succeeds", async (t) => {
    const nodes = await startNodes(t, "races", ["control", "control"]);
    const [first, second] = nodes.map(({ client }) => client) as [
      CloudFrontClient,
      CloudFrontClient,
    ];
    for (let round = 0; round < 10; round += 1) {
      const name = `race-${round}`;
      const { ETag: etag } = await first.send(createFunction(name));
      await untilShown(second, name);
      const update = (client: CloudFrontClient, code: string) =>
        client.send(
          new UpdateFunctionCommand({
            Name: name,
            IfMatch: etag,
            FunctionConfig: functionConfig,
            FunctionCode: codeOf(code),
          }),
        );
      const settled = await Promise.allSettled([update(first, "1"), update(second, "2")]);
      const refused = settled.filter((one) => one.status === "rejected");
      assert.equal(refused.length, 1, JSON.stringify(settled));
      assert.match(String(refused[0]?.reason), /^PreconditionFailed/);
    }
  });

  test("changes of two control nodes at once are all made", async (t) => {
    const nodes = await startNodes(t, "many", ["control", "control"]);
    await Promise.all(
      nodes.flatMap(({ client }, which) =>
        Array.from({ length: 20 }, (_, index) =>
          client.send(createFunction(`of-${which}-${index}`)),
        ),
      ),
    );
    for (const { client } of nodes) {
      for (const [which, index] of [
        [0, 19],
        [1, 19],
      ]) {
        await untilShown(client, `of-${which}-${index}`);
      }
    }
  });

  test("edges serve what is published, and go on while the log cannot be reached", async (t) => {
    const own = await NatsServer.start();
    t.after(() => own.stop());
    const [control, ...edges] = (await startNodes(
      t,
      "edges",
      ["control", "edge", "edge"],
      own,
    )) as [TestNode, ...TestNode[]];
    const { client } = control;
    const page = await createLiveFunction(client, {
      name: "page",
      source: pageOf("one"),
      originPort: 9000,
    });
    for (const edge of edges) await untilViewerGets(edge, page.host, "one");

    await own.kill();
    for (const edge of edges) assert.equal((await view(edge.edge, page.host, "/")).body, "one");
    await client.send(new DescribeFunctionCommand({ Name: "page" }));
    await assert.rejects(client.send(createFunction("late")), {
      name: "ServiceUnavailable",
      message: /cannot reach its change log now/,
    });
    await own.start();
    await untilDone(() => client.send(createFunction("late")));
    await page.update(pageOf("two"));
    await page.publish();
    for (const edge of edges) await untilViewerGets(edge, page.host, "two");
  });
});

async function untilViewerGets({ edge }: TestNode, host: string, body: string): Promise<void> {
  while ((await view(edge, host, "/")).body !== body) await setTimeout(20);
}

type Command = "control" | "edge";

async function startNodes(
  t: TestContext,
  prefix: string,
  commands: readonly Command[],
  { address }: NatsServer = server,
): Promise<TestNode[]> {
  const nodes: TestNode[] = [];
  for (const command of commands) {
    const node = await startTestNode({
      command,
      args: ["--log", address, "--log-prefix", prefix],
    });
    t.after(() => node.kill());
    nodes.push(node);
  }
  return nodes;
}

function createFunction(name: string): CreateFunctionCommand {
  return new CreateFunctionCommand({
    Name: name,
    FunctionConfig: functionConfig,
    FunctionCode: codeOf("0"),
  });
}

function codeOf(text: string): Uint8Array {
  return Buffer.from(`function handler(event) { return event.request; } // ${text}`);
}

async function untilShown(client: CloudFrontClient, name: string): Promise<void> {
  await untilDone(() => client.send(new DescribeFunctionCommand({ Name: name })));
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const failure = await act().then(
      () => undefined,
      (error: Error) => error,
    );
    if (failure === undefined) return;
    assert.match(failure.name, /NoSuchFunctionExists|ServiceUnavailable/);
    await setTimeout(20);
  }
}
