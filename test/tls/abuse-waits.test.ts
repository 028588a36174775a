/**
 * What each kind of abuse of TLS and HTTP/2 costs a node, and viewers who mean no harm: their p99 meanwhile beside before, what of it
 * is the worker's processor time, and the node's memory and processor time. Short by default: FOOTLIGHT_ABUSE_SECONDS is how long each takes. Abusers come from
 * addresses of their own; with FOOTLIGHT_ABUSE_SPARED=1 each kind is there twice, first from one that never waits.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { cpuMicroseconds, processTree, proportionalBytes } from "../support/process-cost.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { untilMetrics } from "../support/metrics.ts";
import { quantile, type Visited } from "../support/steady-viewers.ts";
import type { AttackName, AttackOrder, AttackReport } from "./attacker.ts";
import { askHttp2, openHttp2 } from "./http2-viewer.ts";
import { startSecureNode, type SecureNode } from "./secure-node.ts";
import { p99OfTurns, turnsBetween } from "./turn-times.ts";

const isSparedToo = process.env["FOOTLIGHT_ABUSE_SPARED"] === "1";
const seconds = Number(process.env["FOOTLIGHT_ABUSE_SECONDS"] ?? 2);
const perSecond = 50;
const grownMaxBytes = 300 * 2 ** 20;
/** A busy machine's p99 of 100 requests says nothing: it is told, and judged where a run is long. */
const judgedSeconds = 10;
const waitMaxMs = 1000;

interface Attack {
  readonly connections: number;
  /** Whether the edge closes who does it, which is waited for. */
  readonly isClosed: boolean;
}

const attacks: Readonly<Record<AttackName, Attack>> = {
  resets: { connections: 4, isClosed: true },
  continuations: { connections: 4, isClosed: true },
  bombs: { connections: 4, isClosed: false },
  fields: { connections: 4, isClosed: true },
  manyHeads: { connections: 4, isClosed: true },
  settings: { connections: 4, isClosed: true },
  pings: { connections: 4, isClosed: true },
  windows: { connections: 4, isClosed: true },
  crumbs: { connections: 4, isClosed: false },
  unread: { connections: 10, isClosed: false },
  idle: { connections: 300, isClosed: false },
  handshakes: { connections: 8, isClosed: false },
  halves: { connections: 200, isClosed: false },
};

const turnsFile = join(temporaryFolder(), "turns");
let secure: SecureNode;
const answer: RequestListener = (_message, response) => {
  response.setHeader("Cache-Control", "max-age=3600").end("from origin");
};
before(async () => {
  secure = await startSecureNode(answer, [], {
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "note-turns.ts")).href}`,
    FOOTLIGHT_TEST_TURNS: turnsFile,
  });
});
after(() => secure.close());

const runs = (Object.entries(attacks) as [AttackName, Attack][]).flatMap(
  ([name, attack], index) => {
    // What the kinds before did is not held against one.
    const own = { name, attack, from: `127.0.1.${index}` };
    return isSparedToo ? [{ name, attack, from: "127.0.0.1" }, own] : [own];
  },
);

for (const {
  name,
  attack: { connections, isClosed },
  from,
} of runs) {
  test(`abuse by ${name} from ${from}: others are served meanwhile, and what it costs is bounded`, async (t) => {
    const { node, host, port } = secure;
    const viewers = await openViewers(t);
    const pids = processTree(node.process.pid!);
    await viewers(1);
    const quiet = await viewers(Math.min(seconds, 5));
    const memory = proportionalBytes(pids);
    const cpu = cpuMicroseconds(pids);
    const start = performance.now();
    const startedAt = Date.now();
    const attack = await startAttack({ name, port, host, from, connections, isClosed });
    const visited = await viewers(seconds);
    const grown = proportionalBytes(processTree(node.process.pid!)) - memory;
    const cores = (cpuMicroseconds(pids) - cpu) / 1000 / (performance.now() - start);
    const endedAt = Date.now();
    const { connected, closed } = await attack();
    // What the last turns took is written by then.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const turns = turnsBetween(turnsFile, startedAt, endedAt);
    const ofTurns = p99OfTurns(turns, endedAt - startedAt);
    const [before, during] = [quantile(quiet, 0.99), quantile(visited, 0.99)];
    t.diagnostic(
      `p99 ${during.toFixed(1)} ms, ${(during / before).toFixed(1)} × before; by turns ${ofTurns.toFixed(1)} ms, the longest ${(turns[0] ?? 0).toFixed(1)}; ${(grown / 2 ** 20).toFixed(0)} MB more, ${cores.toFixed(2)} cores; ${connected} connections, ${closed} closed`,
    );
    assert.equal(visited.filter(({ status }) => status !== 200).length, 0);
    if (seconds >= judgedSeconds) {
      assert.ok(during < Math.max(waitMaxMs, 10 * before), `p99 was ${during} ms`);
    }
    assert.ok(grown < grownMaxBytes, `${grown} bytes more than before`);
    assert.ok(connected > 0);
    if (isClosed) assert.ok(closed > 0, "none of its connections was closed");
  });
}

test("viewers behind the address of one who abuses are served: at once on connections that they have, and on new ones", async (t) => {
  const shared = await startSecureNode(answer, ["--never-delay", ""]);
  t.after(() => shared.close());
  const { host, port } = shared;
  const viewers = await openViewers(t, shared);
  await viewers(1);
  const attack = await startAttack({
    name: "resets",
    port,
    host,
    from: "127.0.0.1",
    connections: 4,
    isClosed: true,
  });
  const waits: number[] = [];
  const newcomers = (async () => {
    for (let index = 0; index < 2 * seconds; index += 1) {
      const start = performance.now();
      assert.equal(await askByHttp1(shared, new Agent({ ca: rootOf(shared) })), 200);
      waits.push(performance.now() - start);
    }
  })();
  const visited = await viewers(seconds);
  await newcomers;
  await attack();
  assert.equal(visited.filter(({ status }) => status !== 200).length, 0);
  const of = (outcome: string) => `footlight_harmful_connections_total{outcome="${outcome}"}`;
  await untilMetrics(`${shared.node.api}/footlight/v1/metrics`, (metrics) =>
    ["flood", "held"].every((outcome) => (metrics.get(of(outcome)) ?? 0) > 0),
  );
  await shared.node.logs(/wait before their handshake/);
  t.diagnostic(
    `p99 ${quantile(visited, 0.99).toFixed(1)} ms; ${waits.length} newcomers waited for ${Math.max(...waits).toFixed(0)} ms at most`,
  );
});

/** Viewers who come at a steady rate, every other one by HTTP/2. */
async function openViewers(
  t: TestContext,
  edge: SecureNode = secure,
): Promise<(seconds: number) => Promise<Visited[]>> {
  const { host, port } = edge;
  const ca = rootOf(edge);
  const session = openHttp2(t, port, host, ca);
  const agent = new Agent({ keepAlive: true, ca });
  t.after(() => agent.destroy());
  const byHttp1 = () => askByHttp1(edge, agent);
  const byHttp2 = () =>
    askHttp2(session, { ":authority": host, ":path": "/" }).then(
      ({ status }) => status,
      () => 0,
    );
  return async (forSeconds) => {
    const start = performance.now();
    const asked: Promise<Visited>[] = [];
    for (let index = 0; index < perSecond * forSeconds; index += 1) {
      const at = start + (index * 1000) / perSecond;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
      const ask = index % 2 === 0 ? byHttp1 : byHttp2;
      asked.push(ask().then((status) => ({ at, status, tookMs: performance.now() - at })));
    }
    return Promise.all(asked);
  };
}

function rootOf({ node }: SecureNode): string {
  return readFileSync(join(node.dataFolder, "ca/root.crt"), "utf8");
}

/** @returns the answer's status; 0 when the connection broke */
function askByHttp1({ host, port }: SecureNode, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path: "/", headers: { host }, servername: host };
    const sent = request({ ...options, agent }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", () => resolve(0));
    sent.end();
  });
}

/** @returns ends it, and what came of it */
async function startAttack(order: AttackOrder): Promise<() => Promise<AttackReport>> {
  const thread = new Worker(new URL("./attacker.ts", import.meta.url), { workerData: order });
  await once(thread, "online");
  return async () => {
    thread.postMessage("end");
    const [report] = (await once(thread, "message")) as [AttackReport];
    await thread.terminate();
    return report;
  };
}
