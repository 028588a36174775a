/** What a rehearsal found, for people, programs and continuous integration. The page is in html-report.ts. */
import { printable } from "../printable.ts";
import type { JudgedReport } from "./judged-report.ts";
import { marked } from "./marked-text.ts";

export function jsonReport(report: JudgedReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

export function textReport(report: JudgedReport): string {
  const lines = [...summary(report), ""];
  for (const { id, shape, count, isExpected, sample } of report.groups) {
    lines.push(
      `${isExpected ? "expected  " : "UNEXPECTED"} ${id}  ${shape}: ${count} of ${report.compared}`,
    );
    if (!isExpected) lines.push(`           for example ${target(sample.event)}`);
  }
  return `${lines.map(printable).join("\n").trimEnd()}\n`;
}

function summary(report: JudgedReport): string[] {
  const { compared, differing, notComparable, utilization, caches, lacks } = report;
  const lines = [
    `${report.function}: ${compared} runs compared, ${differing} differ; ${report.unexpected} unexpected differences`,
    `compute utilization: p50 ${utilization.live.p50} → ${utilization.development.p50}, p99 ${utilization.live.p99} → ${utilization.development.p99}, max ${utilization.live.max} → ${utilization.development.max}`,
  ];
  for (const { reads, count } of notComparable)
    lines.push(`not comparable: ${count} read ${reads}`);
  for (const { behavior, isEstimate, ...keys } of caches) {
    lines.push(
      `cache of ${behavior}: ${isEstimate ? "about " : ""}${keys.coldObjects} objects go cold; hit ratio ${percent(keys.liveHitRatio)} → ${percent(keys.developmentHitRatio)}, if all are kept`,
    );
  }
  lines.push(...leftOut(report));
  for (const each of lacks)
    lines.push(`not in the source, so nothing is known of what depends on it: ${each}`);
  return lines;
}

/** What was not looked at, a sentence each. */
export function leftOut({ withoutBehavior, unassociated }: JudgedReport): string[] {
  const lines: string[] = [];
  if (withoutBehavior > 0) {
    lines.push(
      `cache keys: not told of ${withoutBehavior} runs, whose distribution does not use the function`,
    );
  }
  if (unassociated > 0) {
    lines.push(
      `left out: ${unassociated} events of a type that no distribution uses the function for`,
    );
  }
  return lines;
}

export function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

/** @returns like `GET /a?b=1` */
export function target(event: object): string {
  const { request } = event as {
    readonly request: { readonly method: string; readonly uri: string };
  };
  return `${request.method} ${request.uri}`;
}

export function junitReport(report: JudgedReport): string {
  const cases = report.groups.map(({ id, shape, count, isExpected, sample }) => {
    const name = `<testcase classname="${marked(report.function)}" name="${marked(`${id} ${shape}`)}"`;
    if (isExpected) return `  ${name}/>`;
    return `  ${name}><failure message="${marked(`${count} of ${report.compared}`)}">${marked(JSON.stringify(sample))}</failure></testcase>`;
  });
  if (cases.length === 0) {
    cases.push(
      `  <testcase classname="${marked(report.function)}" name="${report.compared} runs"/>`,
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="rehearsal" tests="${cases.length}" failures="${report.unexpected}">\n${cases.join("\n")}\n  <system-out>${marked(summary(report).join("\n"))}</system-out>\n</testsuite>\n`;
}
