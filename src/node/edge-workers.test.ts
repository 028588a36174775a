/** Workers that cannot start, or are stopped before they have: nothing of them is left behind. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { connect } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../test/support/free-port.ts";
import { silentLogger } from "../base/logger.ts";
import { encodeSnapshot } from "../state/snapshot.ts";
import { emptyState } from "../state/state.ts";
import { clusterPort } from "./cluster-port.ts";
import { EdgeWorkers, type EdgeWorkersInput } from "./edge-workers.ts";
import { SharedQuarantine } from "./shared-quarantine.ts";
import { optionsOf, readOptions } from "./options.ts";
import type { PortSharing } from "./port-sharing.ts";
import { reusePort } from "./reuse-port.ts";

const account = "000000000000";
const realWorker = join(import.meta.dirname, "edge-worker.ts");
/** Longer than any test may take: who waits for it to pass has failed. */
const drainMs = 600_000;
const limit = { timeout: 120_000 };

interface Scene {
  readonly workers: EdgeWorkers;
  readonly port: number;
  /** The processes that run. */
  readonly running: () => readonly ChildProcess[];
  /** Resolves when both have asked for the state. */
  readonly asked: Promise<void>;
  /** Keys that the workers shared. */
  readonly shared: readonly string[];
}

/** How long workers are waited for; as a node waits unless given. */
type Patience = Pick<EdgeWorkersInput, "acknowledgeTimeoutMs" | "pulseMs">;

/** @param encoded when there is a snapshot; at once unless given */
async function workersOf(
  t: TestContext,
  sharing: PortSharing,
  file: string,
  { encoded, ...patience }: Patience & { readonly encoded?: Promise<void> } = {},
): Promise<Scene> {
  const port = await freePort();
  const quarantine = new SharedQuarantine(silentLogger);
  const shared: string[] = [];
  quarantine.share = (_, key) => void shared.push(key);
  const bothAsked = Promise.withResolvers<void>();
  let askers = 0;
  const children: ChildProcess[] = [];
  const workers = new EdgeWorkers({
    count: 2,
    settings: {
      ...optionsOf(readOptions([], {}), ["edge", "node"]),
      edgePort: port,
      httpsPort: undefined,
      ticketKeys: "",
      recordKey: "",
      account,
      drainMs,
      slowLanes: 1,
      cache: "off",
      session: "test",
      flightPath: quarantine.flightPath,
      signerPems: {},
      logLevel: "fatal",
    },
    sharing: {
      ...sharing,
      fork(...given) {
        const worker = sharing.fork(...given);
        children.push(worker.child);
        return worker;
      },
    },
    file,
    snapshot: async () => {
      askers += 1;
      if (askers === 2) bothAsked.resolve();
      await encoded;
      return { revision: 0, bytes: encodeSnapshot(emptyState(account)) };
    },
    quarantine,
    logger: silentLogger,
    ...patience,
  });
  t.after(() => workers.stop());
  const running = (): ChildProcess[] =>
    children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  return { workers, port, running, asked: bothAsked.promise, shared };
}

function writeWorker(t: TestContext, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-worker-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "worker.mjs");
  writeFileSync(file, code);
  return file;
}

/** Serves every viewer with an empty page; `turn` is what it does in the turn of a request. */
function servingWorker(turn = ""): string {
  return `import { createServer } from "node:http";
    let port, host, reusePort;
    const server = createServer((request, response) => { ${turn}; response.end(); });
    const tell = {
      settings: ({ settings }) => {
        ({ edgePort: port, edgeHost: host, reusePort } = settings);
        process.send({ type: "hello" });
      },
      state: () =>
        server.listen({ port, host, reusePort }, () => process.send({ type: "ready", revision: 0 })),
      entry: ({ revision }) => process.send({ type: "applied", revision }),
      ping: () => process.send({ type: "alive" }),
      drain: () => process.exit(0),
    };
    process.on("message", (message) => tell[message.type](message));`;
}

/** Asks once, on a connection of its own. @returns whether there was an answer, once it has ended */
async function ask(port: number, path = "/"): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  let answered = false;
  socket.on("error", () => {});
  socket.on("data", () => {
    answered = true;
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  await new Promise((resolve) => void socket.once("close", resolve));
  return answered;
}

test(
  "A worker is sent with the state what was appended while that was encoded",
  limit,
  async (t) => {
    const file = writeWorker(
      t,
      `process.on("message", ({ type, entries }) => {
       if (type === "drain") process.exit(0);
       if (type === "state") process.send({ type: "quarantined", key: JSON.stringify(entries) },
         () => process.send({ type: "ready", revision: 0 }));
     });
     process.send({ type: "hello" });`,
    );
    const encoded = Promise.withResolvers<void>();
    const { workers, asked, shared } = await workersOf(t, reusePort, file, {
      encoded: encoded.promise,
    });
    const started = workers.start();
    await asked;
    workers.apply(1, new Uint8Array([7]));
    assert.equal(workers.hasApplied(1), true, "nobody who does not serve yet is waited for");
    encoded.resolve();
    await started;
    assert.deepEqual(shared, Array(2).fill('[{"revision":1,"bytes":{"0":7}}]'));
    assert.equal(workers.hasApplied(1), true);
  },
);

for (const sharing of [reusePort, clusterPort]) {
  const how = sharing.reusePort ? "by SO_REUSEPORT" : "by node:cluster";

  test(
    `sharing ${how}, EdgeWorkers.start() leaves no worker behind when one cannot start`,
    limit,
    async (t) => {
      const file = writeWorker(
        t,
        `import { mkdirSync } from "node:fs";
       process.on("message", ({ type }) => type === "drain" && process.exit(0));
       let isFirst = true;
       try { mkdirSync(new URL("first", import.meta.url)); } catch { isFirst = false; }
       process.send(isFirst ? { type: "failed", message: "no room" } : { type: "ready", revision: 0 },
         () => isFirst && process.exit(1));`,
      );
      const { workers, running } = await workersOf(t, sharing, file);
      await assert.rejects(workers.start(), /^Error: no room$/);
      assert.deepEqual(running(), []);
    },
  );

  test(
    `sharing ${how}, EdgeWorkers.stop() ends workers that have not begun to serve`,
    limit,
    async (t) => {
      const { workers, running } = await workersOf(t, sharing, realWorker);
      const started = assert.rejects(workers.start(), /ended while it was starting/);
      while (running().length < 2) await delay(5);
      await Promise.all([workers.stop(), started]);
      assert.deepEqual(running(), []);
    },
  );

  test(`sharing ${how}, EdgeWorkers.stop() ends workers that serve`, limit, async (t) => {
    const { workers, running } = await workersOf(t, sharing, realWorker);
    await workers.start();
    assert.equal(workers.readyCount, 2);
    await workers.stop();
    assert.deepEqual(running(), []);
  });

  test(`sharing ${how}, viewers who wait at a worker that dies are told`, limit, async (t) => {
    const { workers, port, running } = await workersOf(t, sharing, writeWorker(t, servingWorker()));
    await workers.start();
    const [victim] = running();
    victim!.kill("SIGSTOP");
    let answers = 0;
    const see = async (): Promise<void> => {
      if (await ask(port)) answers += 1;
    };
    const viewers = Array.from({ length: 16 }, see);
    // The system says who comes to which worker: it may have chosen the victim for all of them.
    for (; answers === 0; viewers.push(see())) await delay(20);
    victim!.kill("SIGKILL");
    await Promise.all(viewers);
    workers.apply(1, new Uint8Array());
    await workers.whenApplied(1);
  });
}

test("a worker that hangs is killed and replaced; what waited there is told", limit, async (t) => {
  const file = writeWorker(t, servingWorker(`while (request.url === "/hang");`));
  const { workers, port, running } = await workersOf(t, reusePort, file);
  await workers.start();
  const before = running();
  assert.equal(await ask(port, "/hang"), false);
  while (before.every(({ signalCode }) => signalCode === null)) await delay(5);
  assert.ok(before.some(({ signalCode }) => signalCode === "SIGKILL"));
  while (workers.readyCount < 2) await delay(5);
});

test("a worker that sleeps is killed and replaced, though nothing is changed", limit, async (t) => {
  const file = writeWorker(t, servingWorker());
  const { workers, running } = await workersOf(t, reusePort, file, { pulseMs: 10 });
  await workers.start();
  const [victim] = running();
  victim!.kill("SIGSTOP");
  while (victim!.signalCode === null) await delay(5);
  assert.equal(victim!.signalCode, "SIGKILL");
  while (workers.readyCount < 2) await delay(5);
});

test(
  "a change waits for a worker that does not serve by it, until that is killed",
  limit,
  async (t) => {
    const file = writeWorker(t, servingWorker());
    const { workers, running } = await workersOf(t, reusePort, file, { acknowledgeTimeoutMs: 200 });
    await workers.start();
    const [victim] = running();
    victim!.kill("SIGSTOP");
    workers.apply(1, new Uint8Array());
    await workers.whenApplied(1);
    assert.equal(victim!.signalCode, "SIGKILL");
    while (workers.readyCount < 2) await delay(5);
  },
);

test(
  "workers are not given up for what a machine that stood still has not heard of them",
  limit,
  async (t) => {
    const file = writeWorker(t, servingWorker());
    const { workers, running } = await workersOf(t, reusePort, file, { acknowledgeTimeoutMs: 200 });
    await workers.start();
    workers.apply(1, new Uint8Array());
    const applied = workers.whenApplied(1);
    // What they say meanwhile lies unread, and the time that they had is over.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    await applied;
    assert.deepEqual(
      running().map(({ killed }) => killed),
      [false, false],
    );
  },
);

test(
  "workers that are killed while they start are replaced as soon as before",
  limit,
  async (t) => {
    const { workers, running } = await workersOf(t, reusePort, writeWorker(t, servingWorker()));
    await workers.start();
    const [healthy] = running();
    const killed = new Set<ChildProcess>();
    while (killed.size < 6) {
      for (const child of running()) {
        if (child === healthy || killed.has(child)) continue;
        killed.add(child);
        child.kill("SIGKILL");
      }
      await delay(5);
    }
    // Turns of 5 ms, which a machine that stands still does not add to. After six, a delay that doubles would be 1.6 s.
    let turns = 0;
    for (; running().length < 2; turns += 1) await delay(5);
    assert.ok(turns < 200, "the replacement was held back");
    while (workers.readyCount < 2) await delay(5);
  },
);
