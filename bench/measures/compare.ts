/** How servers compare on a workload: each under full load on one core, in turn, several times over. */
import type { Bench, Measured } from "../bench.ts";
import { loadClosed, type Served } from "../load/closed-load.ts";
import { loadSecurely } from "../load/secure-load.ts";
import { footlight } from "../rivals/footlight.ts";
import { nginxWithNjs, plainNginx, startOrigin } from "../rivals/nginx.ts";
import { checkAnswers, type Rival, type RunningRival } from "../rivals/rival.ts";
import { markdownTable, spreadOf, withInterval, type Spread } from "../statistics.ts";
import { cpuMicroseconds, processTree } from "../../test/support/process-cost.ts";
import { headOf, type Workload } from "../workloads/workload.ts";

export interface Round {
  readonly perSecond: number;
  /** Processor time of all the server's processes for a request, in µs. */
  readonly cost: number;
  readonly failed: number;
}

export interface Compared {
  readonly rival: Rival;
  readonly rounds: readonly Round[];
}

/**
 * @param rivals the first is the one in question
 * @param chosen whom they are compared with; nginx with functions where it runs, and without them else
 * @throws Error, when the origin was asked where it must not be, or was not where it must
 */
export async function compareOn(
  bench: Bench,
  workload: Workload,
  rivals: readonly Rival[],
  chosen?: Rival,
): Promise<Measured> {
  const present = rivals.filter((rival) => rival.missing(bench, workload) === undefined);
  const compared = await takeTurns(bench, workload, present);
  const base = [chosen, nginxWithNjs, plainNginx]
    .flatMap((each) => compared.filter(({ rival }) => rival === each))
    .concat(compared)[0]!;
  const absent = rivals.flatMap((rival) => {
    const missing = rival.missing(bench, workload);
    return missing === undefined ? [] : [`- not compared with ${rival.name}: ${missing}`];
  });
  const [first] = compared;
  const rate = withInterval(
    ratios(first!, base, ({ perSecond }) => perSecond),
    2,
  );
  const cost = withInterval(
    ratios(first!, base, ({ cost }) => cost),
    2,
  );
  const beside = compared.filter(({ rival }) => rival.name === workload.alsoBeside);
  const others = beside.map((other) => {
    const rate = ratios(first!, other, ({ perSecond }) => perSecond);
    return `; ${withInterval(rate, 2)} × ${other.rival.name}'s requests/s`;
  });
  const named = first!.rival === footlight ? "" : `${first!.rival.name}: `;
  return {
    findings: [
      {
        row: workload.row,
        what: workload.title,
        figure: `${named}${rate} × ${base.rival.name}'s requests/s, ${cost} × its CPU${others.join("")}`,
        target: workload.target,
      },
    ],
    details: [
      tableOf(compared, base),
      ["Could be unfair:", ...workload.caveats.map((caveat) => `- ${caveat}`), ...absent].join(
        "\n",
      ),
    ].join("\n\n"),
  };
}

async function takeTurns(
  bench: Bench,
  workload: Workload,
  rivals: readonly Rival[],
): Promise<Compared[]> {
  const origin = await startOrigin(bench, workload);
  const running: RunningRival[] = [];
  try {
    for (const rival of rivals) {
      bench.tell(`(${workload.row}) starting ${rival.name}`);
      const own = rival.instead ?? workload;
      const input = { bench, workload: own, originPort: origin.port, workers: 1 };
      const started = await rival.start(input);
      running.push(started);
      await checkAnswers(started, own);
    }
    for (const [index, each] of running.entries()) {
      await warmUp(bench, rivals[index]!.instead ?? workload, each);
    }
    const rounds = rivals.map((rival) => ({ rival, rounds: [] as Round[] }));
    for (let round = uncounted; round <= bench.rounds; round += 1) {
      bench.tell(`(${workload.row}) round ${round} of ${bench.rounds}`);
      for (const [index, each] of running.entries()) {
        const rival = rivals[index]!;
        const before = await origin.asked();
        const served = await loadOnce(bench, rival.instead ?? workload, each, bench.seconds);
        checkOrigin(workload, rival, served, (await origin.asked()) - before);
        if (round > uncounted) rounds[index]!.rounds.push(served);
      }
    }
    return rounds;
  } finally {
    for (const { stop } of running) await stop();
    await origin.stop();
  }
}

/**
 * The round before the first, which does not count: while the others warmed up, V8 has collected what it could, and lets go
 * of what it had compiled that held some of it, so that Footlight's and Node's next second costs up to twice as much.
 */
const uncounted = 0;

/** @throws Error, when what should be a hit is a miss, or the other way round */
function checkOrigin(workload: Workload, rival: Rival, served: Served, asked: number): void {
  const { row, isKept, reachesOrigin } = workload;
  const mustAsk = reachesOrigin && !(isKept && rival.canKeep);
  if (mustAsk ? asked >= served.requests : asked <= served.requests * 0.01) return;
  throw new Error(
    `(${row}) ${rival.name} asked the origin ${asked} times for ${served.requests} requests, which should be ${mustAsk ? "misses" : "hits"}`,
  );
}

/** @returns what it served, and what that cost */
export async function loadOnce(
  bench: Bench,
  workload: Workload,
  { port, pid, hosts }: RunningRival,
  seconds: number,
): Promise<Round & Served> {
  const { asked, secure } = workload;
  const load =
    secure === undefined
      ? () => {
          const heads = asked.map((each) => headOf(each, hosts[each.site]!));
          return loadClosed(bench, { port, heads, seconds });
        }
      : () => loadSecurely(bench, { port, host: hosts[0]!, asked, secure, seconds });
  const tree = processTree(pid);
  const before = cpuMicroseconds(tree);
  const served = await load();
  return { ...served, cost: (cpuMicroseconds(tree) - before) / served.requests };
}

/** What is run often is compiled by then: V8 takes some ten thousand requests for its last steps. */
const warmUpRequests = 20_000;
const warmUpSecondsMax = 8;
/** How often one load has asked for everything by then: each begins with the first again, and first answers may take long. */
const warmUpTurns = 5;
const firstTurnsSecondsMax = 60;

export async function warmUp(
  bench: Bench,
  workload: Workload,
  running: RunningRival,
): Promise<void> {
  if (bench.isQuick) return;
  let requests = 0;
  let spent = 0;
  for (let seconds = 1; spent < firstTurnsSecondsMax; seconds *= 2) {
    const served = await loadOnce(bench, workload, running, seconds);
    requests += served.requests;
    spent += seconds;
    const isSteady = served.requests >= warmUpTurns * workload.asked.length;
    if (isSteady && (requests >= warmUpRequests || spent >= warmUpSecondsMax)) return;
  }
}

function ratios(one: Compared, base: Compared, of: (round: Round) => number): Spread {
  return spreadOf(one.rounds.map((round, index) => of(round) / of(base.rounds[index]!)));
}

function tableOf(compared: readonly Compared[], base: Compared): string {
  const name = base.rival.name;
  return markdownTable(
    [
      "server",
      "requests/s",
      "CPU µs a request",
      `requests/s, × ${name}`,
      `CPU, × ${name}`,
      "failed",
    ],
    compared.map((one) => [
      one.rival.name,
      spreadOf(one.rounds.map(({ perSecond }) => perSecond)).median.toFixed(0),
      spreadOf(one.rounds.map(({ cost }) => cost)).median.toFixed(1),
      withInterval(
        ratios(one, base, ({ perSecond }) => perSecond),
        2,
      ),
      withInterval(
        ratios(one, base, ({ cost }) => cost),
        2,
      ),
      String(one.rounds.reduce((sum, { failed }) => sum + failed, 0)),
    ]),
  );
}
