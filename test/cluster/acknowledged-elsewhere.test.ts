/** For what one control node has acknowledged, another refuses nothing, however late it learns of it. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DescribeFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { functionConfig, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode } from "../support/test-node.ts";
import { SlowRelay } from "./faults/slow-relay.ts";

suite("a control node that is far from the log", { skip: skipWithoutNats() }, () => {
  test("decides and answers by all that another has acknowledged", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const target = { host: "127.0.0.1", port: server.port };
    const relay = await SlowRelay.start("127.0.0.1", target, () => 1);
    t.after(() => relay.stop());
    const [near, far] = [
      await startTestNode({ command: "control", args: ["--log", server.address] }),
      await startTestNode({ command: "control", args: ["--log", `nats://${relay.address}`] }),
    ];
    t.after(() => Promise.all([near.kill(), far.kill()]));
    relay.delay(300);

    const Name = "page";
    const code = (text: string): Uint8Array => Buffer.from(pageOf(text));
    const created = await near.client.send(
      new CreateFunctionCommand({ Name, FunctionConfig: functionConfig, FunctionCode: code("0") }),
    );
    await far.client.send(new DescribeFunctionCommand({ Name }));
    const update = async (of: typeof near, IfMatch: string | undefined): Promise<string> => {
      const input = { Name, IfMatch, FunctionConfig: functionConfig, FunctionCode: code("1") };
      return (await of.client.send(new UpdateFunctionCommand(input))).ETag ?? "";
    };
    const first = await update(near, created.ETag);
    const second = await update(far, first);
    await assert.rejects(update(far, first), { name: "PreconditionFailed" });
    const third = await update(near, second);
    await far.client.send(new DeleteFunctionCommand({ Name, IfMatch: third }));
    await assert.rejects(near.client.send(new DescribeFunctionCommand({ Name })), {
      name: "NoSuchFunctionExists",
    });
  });

  test("says of changes that it does not know where it cannot ask, and answers reads by what it has", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const node = await startTestNode({ command: "control", args: ["--log", server.address] });
    t.after(() => node.kill());
    await server.kill();
    await assert.rejects(node.client.send(new DescribeFunctionCommand({ Name: "page" })), {
      name: "NoSuchFunctionExists",
    });
    const deletion = new DeleteFunctionCommand({ Name: "page", IfMatch: "ETVPDKIKX0DER" });
    await assert.rejects(node.client.send(deletion), {
      name: "ServiceUnavailable",
      message: /cannot reach its change log now/,
    });
  });
});
