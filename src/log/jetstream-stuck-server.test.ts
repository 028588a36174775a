/**
 * A NATS server that takes connections and messages, and gives nothing of the stream: another one is asked.
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { bytes } from "../../test/support/log-probe.ts";
import { NatsServer, skipWithoutNats } from "../../test/support/nats-server.ts";
import { JetStreamLog } from "./jetstream-log.ts";
import { defaultJetStreamOptions } from "./jetstream-options.ts";

suite("a server that gives nothing of the stream", { skip: skipWithoutNats() }, () => {
  test("is left for another one, and what came meanwhile is there", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const writer = await JetStreamLog.open(server.address, defaultJetStreamOptions);
    t.after(() => writer.close());
    await writer.append(bytes("e1"), 0);

    const stuck = await startWay(t, server.port);
    const log = await openBy(stuck, server);
    t.after(() => log.close());
    const revisions: number[] = [];
    const until = async (revision: number): Promise<void> => {
      while (revisions.at(-1) !== revision) await setTimeout(20);
    };
    log.follow(
      0,
      ({ revision }) => revisions.push(revision),
      () => {},
    );
    await until(1);
    stuck.isStuck = true;
    // Longer than a message: to be heard of does not do.
    await writer.append(new Uint8Array(700_000).fill(120), 1);
    while (log.isReachable) await setTimeout(20);
    assert.equal((await log.findFailure())?.reason, "unreachable");
    assert.deepEqual(revisions, [1]);
    await until(2);
    while (!log.isReachable) await setTimeout(20);
    assert.equal(await log.append(bytes("e3"), 2), 3);
  });
});

interface Way {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
  /** Whether nobody answers what is asked of the stream by it. */
  isStuck: boolean;
}

/** Leads to a server. */
async function startWay(t: TestContext, target: number): Promise<Way> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) socket.on("error", () => {});
    sockets.add(near);
    near.on("data", (chunk) => far.write(way.isStuck ? astray(chunk) : chunk));
    far.on("data", (chunk) => near.write(chunk));
    near.on("close", () => {
      sockets.delete(near);
      far.destroy();
    });
    far.on("close", () => near.destroy());
  });
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const way = { port: (server.address() as AddressInfo).port, sockets, isStuck: false };
  return way;
}

function astray(chunk: Buffer): Buffer {
  return Buffer.from(chunk.toString("latin1").replaceAll("DIRECT.GET", "DIRECT.GOT"), "latin1");
}

/** The client takes them in an order of its own. */
async function openBy(way: Way, server: NatsServer): Promise<JetStreamLog> {
  const address = `nats://127.0.0.1:${way.port},127.0.0.1:${server.port}`;
  for (;;) {
    const log = await JetStreamLog.open(address, defaultJetStreamOptions);
    if (way.sockets.size > 0) return log;
    await log.close();
  }
}
