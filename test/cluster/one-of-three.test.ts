/** A file of one of three NATS servers that was cut off: nobody need repair anything. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../support/free-port.ts";
import { JetStreamLog } from "../../src/log/jetstream-log.ts";
import { defaultJetStreamOptions } from "../../src/log/jetstream-options.ts";
import { LogFailure } from "../../src/log/log-failure.ts";
import { cutOffEnd, withStreamManager } from "../support/damaged-streams.ts";
import { range } from "../support/log-probe.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { temporaryFolder } from "../support/test-node.ts";

const entries = 30;

suite("a log on three servers", { skip: skipWithoutNats() }, () => {
  test("has all of it on a server again whose file was cut off", async (t) => {
    const servers = await startThree(t);
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`).join(",");
    const log = await untilOpen(t, `nats://${addresses}`);
    for (const revision of range(1, entries)) {
      await untilAppended(log, new Uint8Array(2000).fill(revision), revision - 1);
    }
    const leader = await leaderOf(servers[0]!);
    const victim = servers[leader]!;
    await victim.kill();
    cutOffEnd(victim);
    await victim.start();
    // It alone is asked. Until it has what the others have, it says that it lacks it.
    const here = await untilOpen(t, victim.address);
    for (;;) {
      const read = await here.read(0).catch(() => []);
      if (read.length === entries) break;
      await setTimeout(50);
    }
    await untilAppended(log, new Uint8Array(1), entries);
    // What was found while servers elected another leader is looked for again in a moment.
    while ((await log.findFailure()) !== undefined) await setTimeout(50);
  });
});

async function startThree(t: TestContext): Promise<NatsServer[]> {
  const folder = temporaryFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const ports = [await freePort(), await freePort(), await freePort()];
  const routes = JSON.stringify(ports.map((port) => `nats://127.0.0.1:${port}`));
  const starting = ports.map(async (port, index) => {
    const file = join(folder, `${index}.conf`);
    const cluster = `name: three, listen: "127.0.0.1:${port}", routes: ${routes}`;
    writeFileSync(
      file,
      `server_name: n${index}\njetstream: { store_dir: $NATS_STORE }\ncluster: { ${cluster} }\n`,
    );
    const server = await NatsServer.start(["-c", file]);
    t.after(() => server.stop());
    return server;
  });
  return Promise.all(starting);
}

/** @returns which of them orders the entries, once they have one that does */
async function leaderOf(server: NatsServer): Promise<number> {
  let leader = "";
  await withStreamManager(server, async (jsm) => {
    while (leader === "") {
      const info = await jsm.streams.info("footlight_changes").catch(() => undefined);
      leader = info?.cluster?.leader ?? "";
    }
  });
  return Number(leader.slice(1));
}

/**
 * Servers may elect another leader for longer than a writer is kept waiting. What was refused meanwhile may have been kept all the
 * same, and nobody else appends.
 */
async function untilAppended(log: JetStreamLog, entry: Uint8Array, after: number): Promise<void> {
  for (;;) {
    const appended = await log.append(entry, after).catch((error: unknown) => {
      assert.ok(error instanceof LogFailure);
      assert.equal(error.reason, "unreachable");
    });
    const last = appended ?? (await log.lastRevision().catch(() => after));
    if (last === after + 1) return;
    await setTimeout(50);
  }
}

/** Servers that have just met elect a leader first. */
async function untilOpen(t: TestContext, address: string): Promise<JetStreamLog> {
  for (;;) {
    try {
      const log = await JetStreamLog.open(address, { ...defaultJetStreamOptions, replicas: 3 });
      t.after(() => log.close());
      return log;
    } catch (error) {
      assert.match(String(error), /NATS|change log/);
      await setTimeout(100);
    }
  }
}
