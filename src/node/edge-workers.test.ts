/** Workers that cannot start, or are stopped before they have: nothing of them is left behind. */
import assert from "node:assert/strict";
import cluster from "node:cluster";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { connect } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLogger } from "../base/logger.ts";
import { encodeSnapshot } from "../state/snapshot.ts";
import { emptyState } from "../state/state.ts";
import { EdgeWorkers } from "./edge-workers.ts";
import { startOnFreePort } from "./free-port.ts";
import { SharedQuarantine } from "./shared-quarantine.ts";

const account = "000000000000";
const realWorker = join(import.meta.dirname, "edge-worker.ts");
/** Longer than any test may take: who waits for it to pass has failed. */
const drainMs = 600_000;
const limit = { timeout: 120_000 };

async function workersOf(
  t: TestContext,
  file: string,
): Promise<{ readonly workers: EdgeWorkers; readonly port: number }> {
  const port = await startOnFreePort("127.0.0.1", (free) => Promise.resolve(free));
  const quarantine = new SharedQuarantine(silentLogger);
  const workers = new EdgeWorkers({
    count: 2,
    settings: {
      host: "127.0.0.1",
      port,
      account,
      pop: "FRA56-P4",
      drainMs,
      functionIsolates: 10,
      slowLanes: 1,
      slowLaneQueue: 10,
      flightPath: quarantine.flightPath,
      logLevel: "fatal",
    },
    file,
    snapshot: () => ({ revision: 0, bytes: encodeSnapshot(emptyState(account)) }),
    quarantine,
    logger: silentLogger,
  });
  t.after(() => workers.stop());
  return { workers, port };
}

function writeWorker(t: TestContext, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-worker-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "worker.mjs");
  writeFileSync(file, code);
  return file;
}

const running = (): number => Object.keys(cluster.workers ?? {}).length;

test("EdgeWorkers.start() leaves no worker behind when one cannot start", limit, async (t) => {
  const file = writeWorker(
    t,
    `import cluster from "node:cluster";
     process.on("message", ({ type }) => type === "drain" && process.exit(0));
     const isFirst = cluster.worker.id % 2 === 1;
     process.send(isFirst ? { type: "failed", message: "no room" } : { type: "ready", revision: 0 },
       () => isFirst && process.exit(1));`,
  );
  const { workers } = await workersOf(t, file);
  await assert.rejects(workers.start(), /^Error: no room$/);
  assert.equal(running(), 0);
});

test("EdgeWorkers.stop() ends workers that have not begun to serve", limit, async (t) => {
  const { workers } = await workersOf(t, realWorker);
  const started = workers.start();
  await Promise.all([workers.stop(), assert.rejects(started, /ended while it was starting/)]);
  assert.equal(running(), 0);
});

test("EdgeWorkers.stop() ends workers that serve", limit, async (t) => {
  const { workers } = await workersOf(t, realWorker);
  await workers.start();
  assert.equal(workers.readyCount, 2);
  await workers.stop();
  assert.equal(running(), 0);
});

test(
  "a worker that dies with a connection on its way to it leaves neither behind",
  limit,
  async (t) => {
    const file = writeWorker(
      t,
      `import { createServer } from "node:http";
     const { port, host } = JSON.parse(process.env.FOOTLIGHT_WORKER_SETTINGS);
     const server = createServer((_, response) => response.end());
     const tell = {
       state: () => server.listen(port, host, () => process.send({ type: "ready", revision: 0 })),
       entry: ({ revision }) => process.send({ type: "applied", revision }),
       ping: () => process.send({ type: "alive" }),
       drain: () => process.exit(0),
     };
     process.on("message", (message) => tell[message.type](message));
     process.send({ type: "hello" });`,
    );
    const { workers, port } = await workersOf(t, file);
    await workers.start();
    const [victim] = Object.values(cluster.workers ?? {});
    victim!.process.kill("SIGSTOP");
    const answered = Promise.withResolvers<void>();
    let answers = 0;
    const ends = Array.from({ length: 4 }, async () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      socket.on("data", () => {
        answers += 1;
        // One of the four was handed to the worker that does nothing.
        if (answers === 3) answered.resolve();
      });
      socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      await new Promise((resolve) => void socket.once("close", resolve));
    });
    await answered.promise;
    victim!.process.kill("SIGKILL");
    await Promise.all(ends);
    assert.equal(answers, 3);
    workers.apply(1, new Uint8Array());
    await workers.whenApplied(1);
  },
);
