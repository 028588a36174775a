/** What a request costs in processor time with two workers, relative to one. */
import { unusedPort, type Bench, type Measured } from "../bench.ts";
import { footlight } from "../rivals/footlight.ts";
import { checkAnswers } from "../rivals/rival.ts";
import { markdownTable, spreadOf, withInterval } from "../statistics.ts";
import { generatedRedirect as workload } from "../workloads/generated-redirect.ts";
import { loadOnce, warmUp, type Round } from "./compare.ts";

export async function measureTwoWorkers(given: Bench): Promise<Measured> {
  // Neither is pinned: two workers want both cores, and one must not have it better.
  const bench = { ...given, cores: undefined };
  const start = (workers: number) =>
    footlight.start({ bench, workload, originPort: unusedPort, workers });
  const nodes = [await start(1), await start(2)];
  const rounds: Round[][] = nodes.map(() => []);
  try {
    for (const node of nodes) {
      await checkAnswers(node, workload);
      await warmUp(bench, workload, node);
    }
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.tell(`(workers) round ${round + 1} of ${bench.rounds}`);
      for (const [index, node] of nodes.entries()) {
        rounds[index]!.push(await loadOnce(bench, workload, node, bench.seconds));
      }
    }
  } finally {
    for (const { stop } of nodes) await stop();
  }
  const [one, two] = rounds as [Round[], Round[]];
  const ratio = spreadOf(two.map(({ cost }, index) => cost / one[index]!.cost));
  return {
    findings: [
      {
        row: "workers",
        what: "CPU a request of (d) with two workers, relative to one",
        figure: `${withInterval(ratio, 2)} ×`,
        target: "≤ 1.1 ×",
      },
    ],
    details: [
      markdownTable(
        ["workers", "requests/s", "CPU µs a request"],
        rounds.map((each, index) => [
          String(index + 1),
          withInterval(spreadOf(each.map(({ perSecond }) => perSecond)), 0),
          withInterval(spreadOf(each.map(({ cost }) => cost)), 1),
        ]),
      ),
      "Could be unfair: with two cores, two workers share one of them with the load; caches that are shared cost each more.",
    ].join("\n\n"),
  };
}
