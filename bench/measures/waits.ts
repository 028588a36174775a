/** How long viewers wait at a rate that nginx + njs can serve: 70 % of its most. */
import type { Bench, Measured } from "../bench.ts";
import { loadSteadily, type SteadyReport } from "../load/steady-load.ts";
import { footlight } from "../rivals/footlight.ts";
import { nginxWithNjs, startOrigin } from "../rivals/nginx.ts";
import { checkAnswers } from "../rivals/rival.ts";
import { markdownTable, spreadOf, withInterval } from "../statistics.ts";
import { generatedRedirect } from "../workloads/generated-redirect.ts";
import { miss } from "../workloads/miss.ts";
import { headOf, type Workload } from "../workloads/workload.ts";
import { loadOnce, warmUp } from "./compare.ts";

const share = 0.7;

export async function measureWaits(bench: Bench): Promise<Measured> {
  const missing = nginxWithNjs.missing(bench, generatedRedirect);
  if (missing !== undefined) return { findings: [], details: `Not measured: ${missing}.` };
  const parts = [await waitsOn(bench, generatedRedirect), await waitsOn(bench, miss)];
  return {
    findings: parts.flatMap(({ findings }) => findings),
    details: [
      ...parts.map(({ details }) => details),
      "Could be unfair:",
      "- the rate is a share of what nginx + njs does in a closed loop in the same run; a server whose most is below it is asked for more than it can do, and its waits grow with the run\n" +
        "- the generator is a Node process on the other core, and its own pauses count for both",
    ].join("\n\n"),
  };
}

async function waitsOn(bench: Bench, workload: Workload): Promise<Measured> {
  const origin = await startOrigin(bench, workload);
  const input = { bench, workload, originPort: origin.port, workers: 1 };
  const running = [await footlight.start(input), await nginxWithNjs.start(input)];
  try {
    for (const rival of running) {
      await checkAnswers(rival, workload);
      await warmUp(bench, workload, rival);
    }
    const most: number[][] = [[], []];
    const atTheirs: SteadyReport[][] = [[], []];
    const atOurs: SteadyReport[][] = [[], []];
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.tell(`(p99) of (${workload.row}), round ${round + 1} of ${bench.rounds}`);
      for (const [index, rival] of running.entries()) {
        const { perSecond } = await loadOnce(bench, workload, rival, bench.seconds);
        most[index]!.push(perSecond);
      }
      for (const [index, { port, hosts }] of running.entries()) {
        const heads = workload.asked.map((asked) => headOf(asked, hosts[asked.site]!));
        const load = { port, heads, seconds: bench.seconds };
        const [ours, theirs] = most.map((rates) => rates.at(-1)! * share) as [number, number];
        atTheirs[index]!.push(await loadSteadily(bench, { ...load, perSecond: theirs }));
        atOurs[index]!.push(await loadSteadily(bench, { ...load, perSecond: ours }));
      }
    }
    const [ours, theirs] = most.map((rates) => spreadOf(rates).median) as [number, number];
    const p99 = atTheirs.map((rounds) => spreadOf(rounds.map(({ p99Ms }) => p99Ms)));
    const isTooMuch = theirs * share > ours ? `; its own most here is ${ours.toFixed(0)}/s` : "";
    return {
      findings: [
        {
          row: "p99",
          what: `p99 of (${workload.row}) at 70 % of nginx + njs's most, ${(theirs * share).toFixed(0)}/s`,
          figure: `${withInterval(p99[0]!, 1)} ms, nginx + njs ${withInterval(p99[1]!, 1)} ms${isTooMuch}`,
          target: "not above theirs",
        },
      ],
      details: [
        `(${workload.row}) at 70 % of nginx + njs's most, ${(theirs * share).toFixed(0)} requests/s:`,
        tableOf(running, atTheirs),
        `(${workload.row}) at 70 % of Footlight's most, ${(ours * share).toFixed(0)} requests/s:`,
        tableOf(running, atOurs),
      ].join("\n\n"),
    };
  } finally {
    for (const { stop } of running) await stop();
    await origin.stop();
  }
}

function tableOf(
  running: readonly { readonly name: string }[],
  reports: readonly (readonly SteadyReport[])[],
): string {
  return markdownTable(
    ["server", "p50 ms", "p99 ms", "longest ms", "failed"],
    running.map(({ name }, index) => {
      const rounds = reports[index]!;
      return [
        name,
        withInterval(spreadOf(rounds.map(({ p50Ms }) => p50Ms)), 2),
        withInterval(spreadOf(rounds.map(({ p99Ms }) => p99Ms)), 2),
        spreadOf(rounds.map(({ longestMs }) => longestMs)).high.toFixed(1),
        String(rounds.reduce((sum, { failed }) => sum + failed, 0)),
      ];
    }),
  );
}
