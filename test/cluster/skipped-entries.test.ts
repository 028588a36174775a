/**
 * An edge that was cut off for longer than the log keeps entries goes on with a snapshot, and its viewers
 * are served meanwhile. FOOTLIGHT_SKIP_FUNCTIONS says how large the account is.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { silentLogger } from "../../src/base/logger.ts";
import { JetStreamLog } from "../../src/log/jetstream-log.ts";
import { defaultJetStreamOptions } from "../../src/log/jetstream-options.ts";
import { commitChange } from "../../src/state/commit.ts";
import { Replica } from "../../src/state/replica.ts";
import { encodeSnapshot } from "../../src/state/snapshot.ts";
import { largeHost, largeSource, writeLargeAccount } from "../support/large-account.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { functionPublished, functionUpdated, sampleAccount } from "../support/sample-changes.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

const functions = Number(process.env["FOOTLIGHT_SKIP_FUNCTIONS"] ?? 200);

suite("entries that were dropped before an edge had them", { skip: skipWithoutNats() }, () => {
  test("are passed over with a snapshot, and no viewer notices", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    await writeLargeAccount(server, { functions, distributions: functions / 10 });
    const edge = await startTestNode({ command: "edge", args: ["--log", server.address] });
    t.after(() => edge.kill());
    const ask = async (): Promise<{ readonly body: string; readonly ms: number }> => {
      const began = performance.now();
      const { body } = await view(edge.edge, largeHost(0), "/");
      return { body, ms: performance.now() - began };
    };
    const quiet: number[] = [];
    for (let count = 0; count < 200; count += 1) quiet.push((await ask()).ms);

    await server.kill("SIGTERM");
    await changeElsewhere(server.store);
    await server.start();
    const busy: number[] = [];
    for (;;) {
      const { body, ms } = await ask();
      busy.push(ms);
      if (body === "two") break;
      assert.equal(body, "one");
      await setTimeout(1);
    }
    for (let count = 0; count < 100; count += 1) {
      const { body, ms } = await ask();
      assert.equal(body, "two");
      busy.push(ms);
    }
    await edge.logs(/the log has dropped what came next; went on with its snapshot/);
    assert.doesNotMatch(edge.stderr(), /edge worker (?:died|is stuck|lags)/);
    t.diagnostic(`quiet: ${inWords(quiet)}; meanwhile: ${inWords(busy)}`);
  });
});

/** On another port, so that the edge does not follow: a change, and then nothing of what it came from. */
async function changeElsewhere(store: string): Promise<void> {
  const configuration = join(temporaryFolder(), "nats.conf");
  writeFileSync(configuration, `jetstream { store_dir: "${store}" }`);
  const server = await NatsServer.start(["-c", configuration]);
  const log = await JetStreamLog.open(server.address, defaultJetStreamOptions);
  const replica = await Replica.open(log, {
    ...{ account: sampleAccount, logger: silentLogger, snapshotEvery: 0 },
  });
  await commitChange(log, replica, () => functionUpdated("fn-0", largeSource(0, "two")));
  const { state } = await commitChange(log, replica, () => functionPublished("fn-0"));
  await log.beginAfter({ revision: state.revision, bytes: encodeSnapshot(state) }, new Set());
  // Something comes after it.
  await commitChange(log, replica, () => functionUpdated("fn-1", largeSource(1, "two")));
  await replica.close();
  await log.close();
  await server.kill("SIGTERM");
  await server.stop();
}

function inWords(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    `${(sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(1)} ms`;
  return `p99 ${at(0.99)}, longest ${at(1)}`;
}
