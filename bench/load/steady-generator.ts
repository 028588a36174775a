/** The process of a steady load: is given it as JSON, and prints its report. */
import { quantileOf } from "../statistics.ts";
import type { SteadyLoad, SteadyReport } from "./steady-load.ts";
import { ViewerConnection } from "./viewer-connection.ts";

const connectionCount = 64;
const patienceMs = 10_000;

interface Waiting {
  readonly dueMs: number;
  readonly head: Buffer;
}

async function generate({ port, heads, perSecond, seconds }: SteadyLoad): Promise<SteadyReport> {
  const texts = heads.map((head) => Buffer.from(head, "latin1"));
  const total = Math.round(perSecond * seconds);
  const tookMs = new Float64Array(total).fill(patienceMs);
  const dueMs = new Float64Array(total);
  let failed = 0;
  let answered = 0;
  const queue: { due: Waiting; index: number }[] = [];
  let queued = 0;
  const idle: ViewerConnection[] = [];

  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => ViewerConnection.open(port)),
  );
  idle.push(...connections);

  const next = (connection: ViewerConnection): void => {
    const waiting = queue[queued];
    if (waiting === undefined) {
      idle.push(connection);
      return;
    }
    queued += 1;
    serve(connection, waiting.due, waiting.index);
  };
  const serve = (connection: ViewerConnection, due: Waiting, index: number): void => {
    connection.ask(due.head, (isGood) => {
      tookMs[index] = performance.now() - due.dueMs;
      answered += 1;
      if (!isGood) failed += 1;
      next(connection);
    });
  };

  const start = performance.now() + 5;
  let asked = 0;
  await new Promise<void>((resolve) => {
    const tick = (): void => {
      const now = performance.now();
      for (; asked < total; asked += 1) {
        const due = Math.floor((asked * 1000) / perSecond) + start;
        if (due > now) break;
        dueMs[asked] = due;
        const waiting = { dueMs: due, head: texts[asked % texts.length]! };
        const connection = idle.pop();
        if (connection) serve(connection, waiting, asked);
        else queue.push({ due: waiting, index: asked });
      }
      const isOver = now > start + seconds * 1000 + patienceMs;
      if (answered === total || isOver) resolve();
      else setTimeout(tick, 1);
    };
    tick();
  });
  for (const connection of connections) connection.close();
  return reportOf(tookMs, dueMs, failed + (total - answered));
}

function reportOf(tookMs: Float64Array, dueMs: Float64Array, failed: number): SteadyReport {
  const windows = Map.groupBy(tookMs.keys(), (index) => Math.floor(dueMs[index]! / 10));
  const medians = [...windows.values()].map((indexes) =>
    quantileOf(
      indexes.map((index) => tookMs[index]!).sort((one, other) => one - other),
      0.5,
    ),
  );
  const sorted = [...tookMs].sort((one, other) => one - other);
  return {
    asked: tookMs.length,
    failed,
    p50Ms: quantileOf(sorted, 0.5),
    p99Ms: quantileOf(sorted, 0.99),
    longestMs: sorted.at(-1) ?? 0,
    worstWindowMs: Math.max(...medians),
  };
}

const load = JSON.parse(process.argv[2]!) as SteadyLoad;
process.stdout.write(JSON.stringify(await generate(load)), () => process.exit(0));
