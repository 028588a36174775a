/**
 * How long an edge takes until it serves a large account: new, from a snapshot in NATS, and started again,
 * from its own copy. The targets are for 10,000 functions and 1,000 distributions on a quiet machine, which
 * `npm run soak -- edge-start` takes; FOOTLIGHT_TIME_FACTOR says how many times as long is well too.
 */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ownCopyFolder } from "../../src/log/own-copy.ts";
import { largeHost, writeLargeAccount } from "../support/large-account.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { untilCopied } from "../support/until-copied.ts";
import { view } from "../support/viewer.ts";

const functions = Number(process.env["FOOTLIGHT_EDGE_START_FUNCTIONS"] ?? 200);
const isLarge = functions >= 10_000;
const factor = Number(process.env["FOOTLIGHT_TIME_FACTOR"] ?? (isLarge ? 1 : 10));
const rounds = isLarge ? 3 : 1;
const targetMs = { fresh: 5000, again: 2000 } as const;

suite("an edge's start", { skip: skipWithoutNats() }, () => {
  test("takes as long as it may, from a snapshot and from its own copy", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const size = { functions, distributions: functions / 10 };
    const revision = await writeLargeAccount(server, size);
    const took: Record<keyof typeof targetMs, number[]> = { fresh: [], again: [] };
    const start = async (dataFolder: string): Promise<number> => {
      const began = performance.now();
      const args = ["--log", server.address];
      const edge = await startTestNode({ command: "edge", dataFolder, args });
      t.after(() => edge.kill());
      assert.equal((await view(edge.edge, largeHost(0), "/")).body, "one");
      const ms = performance.now() - began;
      // What it keeps for itself is written beside serving.
      await untilCopied(ownCopyFolder(dataFolder, "edge"), revision);
      await edge.stop();
      return ms;
    };
    for (let round = 0; round < rounds; round += 1) {
      const folder = temporaryFolder();
      took.fresh.push(await start(folder));
      await server.kill("SIGTERM");
      took.again.push(await start(folder));
      await server.start();
    }
    for (const [what, limit] of Object.entries(targetMs)) {
      const times = took[what as keyof typeof targetMs].toSorted((a, b) => a - b);
      const median = times[Math.floor(times.length / 2)] ?? Infinity;
      t.diagnostic(`${what}: ${times.map((ms) => `${ms.toFixed(0)} ms`).join(", ")}`);
      assert.ok(
        median <= limit * factor,
        `${what}: ${median.toFixed(0)} ms, and ${limit * factor} are allowed`,
      );
    }
  });
});
