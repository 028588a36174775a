/** Clocks of nodes that are hours apart, or that jump, change nothing but the times that are shown. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  CreateInvalidationCommand,
  DescribeFunctionCommand,
  GetDistributionCommand,
  GetInvalidationCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { createLiveFunction, functionConfig, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { skipWithout } from "../support/optional.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { publishInWaves, readWaves } from "../support/waves-api.ts";

const skip = skipWithoutNats() || skipWithout(["faketime", "-f", "+0", "true"]);
const hourMs = 3_600_000;

suite("clocks that are hours apart", { skip }, () => {
  test("change nothing but the times that are shown", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const start = (command: "control" | "edge", hours: number): Promise<TestNode> =>
      startAt(t, { command, hours, log: server.address });
    const [slow, fast] = [await start("control", -5), await start("control", 7)];
    const edges = [await start("edge", -11), await start("edge", 3)];

    const page = await createLiveFunction(fast.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    const { ETag: IfMatch } = await slow.client.send(new DescribeFunctionCommand({ Name: "page" }));
    const FunctionCode = Buffer.from(pageOf("two"));
    const updated = await slow.client.send(
      new UpdateFunctionCommand({
        ...{ Name: "page", IfMatch, FunctionConfig: functionConfig, FunctionCode },
      }),
    );
    await fast.client.send(new PublishFunctionCommand({ Name: "page", IfMatch: updated.ETag }));
    for (const { edge } of edges) {
      await until(async () => (await view(edge, page.host, "/")).body === "two");
    }

    const DistributionId = page.distributionId;
    const made = await slow.client.send(
      new CreateInvalidationCommand({
        DistributionId,
        InvalidationBatch: { CallerReference: "once", Paths: { Quantity: 1, Items: ["/*"] } },
      }),
    );
    const Id = made.Invalidation?.Id;
    for (const { client } of [slow, fast]) {
      await until(async () => {
        const told = await client.send(new GetInvalidationCommand({ DistributionId, Id }));
        return told.Invalidation?.Status === "Completed";
      });
      await until(async () => {
        const told = await client.send(new GetDistributionCommand({ Id: DistributionId }));
        return told.Distribution?.Status === "Deployed";
      });
      // Each by the clock of the node that was asked.
      const stages = await Promise.all(
        (["DEVELOPMENT", "LIVE"] as const).map(async (Stage) => {
          const told = await client.send(new DescribeFunctionCommand({ Name: "page", Stage }));
          const shown = told.FunctionSummary?.FunctionMetadata?.LastModifiedTime;
          return Math.round(((shown?.getTime() ?? NaN) - Date.now()) / hourMs);
        }),
      );
      assert.deepEqual(stages, [-5, 7]);
    }
  });
});

suite("a clock that jumps", { skip: skipWithout(["faketime", "-f", "+0", "true"]) }, () => {
  test("neither hurries nor halts waves", async (t) => {
    const file = join(temporaryFolder(), "clock");
    const jump = (hours: string): void => writeFileSync(file, `${hours}h\n`);
    jump("+0");
    const faked = { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1" };
    const environment = { ...preloaded(), ...faked, ...onlyWallClock };
    const node = await startTestNode({ environment });
    t.after(() => node.kill());
    const page = await createLiveFunction(node.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    await page.update(pageOf("two"));
    // The second lasts for as long as a busy machine may take to see that it has begun, and to jump back in it.
    const [first, second] = [3, 10];
    const begun = performance.now();
    await publishInWaves(node.api, "page", `10% ${first}s, 50% ${second}s, 100%`, {
      break_glass: true,
    });
    const waveIs = async (wave: number | undefined): Promise<boolean> =>
      (await readWaves(node.api, "page")).on?.wave === wave;
    jump("+9");
    await until(async () => !(await waveIs(1)));
    assert.ok(await waveIs(2));
    assert.ok(performance.now() - begun >= first * 1000, "a jump ahead is no time that has passed");
    jump("-9");
    await until(() => waveIs(undefined));
    assert.ok(performance.now() - begun >= (first + second) * 1000);
    const { ended } = await readWaves(node.api, "page");
    assert.equal(ended?.how, "finished");
    const shownHours = Math.round((Date.parse(ended.at) - Date.now()) / hourMs);
    assert.equal(shownHours, -9, "the clock did jump");
    assert.equal((await view(node.edge, page.host, "/")).body, "two");
  });
});

interface Start {
  readonly command: "control" | "edge";
  /** How far its clock is ahead. */
  readonly hours: number;
  readonly log: string;
}

async function startAt(t: TestContext, { command, hours, log }: Start): Promise<TestNode> {
  const environment = {
    ...preloaded(),
    FAKETIME: `${hours > 0 ? "+" : ""}${hours}h`,
    ...onlyWallClock,
  };
  const node = await startTestNode({ command, args: ["--log", log], environment });
  t.after(() => node.kill());
  return node;
}

const onlyWallClock = { FAKETIME_DONT_FAKE_MONOTONIC: "1" } as const;

/** What has a process's clock be another. */
function preloaded(): { readonly LD_PRELOAD: string } {
  const LD_PRELOAD = execFileSync("faketime", ["-m", "-f", "+0", "printenv", "LD_PRELOAD"], {
    encoding: "utf8",
  });
  return { LD_PRELOAD: LD_PRELOAD.trim() };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(50);
}
