/** What new connections by TLS cost a server on one core: handshakes a second, full ones and resumed ones. */
import type { Bench, Measured } from "../bench.ts";
import { cpuMicroseconds, processTree } from "../../test/support/process-cost.ts";
import { loadHandshakes, type HandshakeLoad } from "../load/handshake-load.ts";
import { footlight } from "../rivals/footlight.ts";
import { plainNginx, startOrigin } from "../rivals/nginx.ts";
import { checkAnswers, type RunningRival } from "../rivals/rival.ts";
import { markdownTable, spreadOf, withInterval } from "../statistics.ts";
import { secureHit as workload } from "../workloads/kept.ts";

interface Round {
  readonly perSecond: number;
  /** Processor time of all the server's processes for a handshake, in µs. */
  readonly cost: number;
}

type Kind = HandshakeLoad["kind"];

const rivals = [footlight, plainNginx];
const kinds: readonly Kind[] = ["full", "resumed"];

export async function measureHandshakes(bench: Bench): Promise<Measured> {
  const rounds = await takeTurns(bench);
  const ratioOf = (kind: Kind, of: (round: Round) => number) => {
    const [own = [], others = []] = rounds.get(kind) ?? [];
    return withInterval(spreadOf(own.map((round, at) => of(round) / of(others[at]!))), 2);
  };
  const costOf = ({ cost }: Round): number => cost;
  const rateOf = ({ perSecond }: Round): number => perSecond;
  const rows = kinds.flatMap((kind) =>
    rivals.map(({ name }, index) => {
      const own = rounds.get(kind)?.[index] ?? [];
      return [
        ...[kind, name, spreadOf(own.map(rateOf)).median.toFixed(0)],
        withInterval(spreadOf(own.map(costOf)), 0),
      ];
    }),
  );
  return {
    findings: kinds.map((kind) => ({
      row: "handshakes",
      what: `${kind} handshakes`,
      figure: `${ratioOf(kind, rateOf)} × nginx's a second, ${ratioOf(kind, costOf)} × its CPU`,
      target: "none; beside nginx",
    })),
    details: `${markdownTable(["handshakes", "server", "a second", "CPU µs a handshake"], rows)}

Could be unfair:

- P-256 certificates both; full handshakes are in TLS 1.3, and resumed ones in TLS 1.2, since openssl's s_time waits for no ticket of TLS 1.3
- Footlight reads the ClientHello itself too, to choose certificate and policy by it and for JA3 and JA4; no host is named, and nginx has one certificate`,
  };
}

/** @returns by kind, the rounds of each rival */
async function takeTurns(bench: Bench): Promise<Map<Kind, Round[][]>> {
  const rounds = new Map(kinds.map((kind) => [kind, rivals.map((): Round[] => [])]));
  const origin = await startOrigin(bench, workload);
  const running: RunningRival[] = [];
  try {
    for (const rival of rivals) {
      const input = { bench, workload, originPort: origin.port, workers: 1 };
      running.push(await rival.start(input));
      await checkAnswers(running.at(-1)!, { ...workload, asked: workload.asked.slice(0, 1) });
    }
    for (const each of running) {
      for (const kind of bench.isQuick ? [] : kinds) await loadOnce(bench, each, kind);
    }
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.tell(`(handshakes) round ${round + 1} of ${bench.rounds}`);
      for (const kind of kinds) {
        for (const [index, each] of running.entries()) {
          rounds.get(kind)?.[index]?.push(await loadOnce(bench, each, kind));
        }
      }
    }
    return rounds;
  } finally {
    for (const { stop } of running) await stop();
    await origin.stop();
  }
}

async function loadOnce(bench: Bench, { port, pid }: RunningRival, kind: Kind): Promise<Round> {
  const tree = processTree(pid);
  const before = cpuMicroseconds(tree);
  const { count, perSecond } = await loadHandshakes(bench, { port, kind, seconds: bench.seconds });
  return { perSecond, cost: (cpuMicroseconds(tree) - before) / count };
}
