/** What a rehearsal found, for people, programs, continuous integration, and as a page that needs nothing else. */
import { printable } from "../printable.ts";
import type { JudgedReport } from "./judged-report.ts";

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
  const { compared, differing, notComparable, utilization, caches, withoutBehavior, lacks } =
    report;
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
  if (withoutBehavior > 0) {
    lines.push(
      `cache keys: not told of ${withoutBehavior} runs, whose distribution does not use the function`,
    );
  }
  for (const each of lacks)
    lines.push(`not in the source, so nothing is known of what depends on it: ${each}`);
  return lines;
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

function target(event: object): string {
  const { method, uri } = (
    event as { readonly request: { readonly method: string; readonly uri: string } }
  ).request;
  return `${method} ${uri}`;
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
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="rehearsal" tests="${cases.length}" failures="${report.unexpected}">\n${cases.join("\n")}\n</testsuite>\n`;
}

export function htmlReport(report: JudgedReport): string {
  const groups = report.groups.map(({ id, shape, count, isExpected, sample }) => {
    const part = (value: unknown): string =>
      `<pre>${marked(JSON.stringify(value, undefined, 2))}</pre>`;
    return `<details class="${isExpected ? "expected" : "unexpected"}"><summary><code>${marked(shape)}</code><span>${count} of ${report.compared}</span><em>${isExpected ? "expected" : "unexpected"}</em><small>${id}</small></summary><div><section><h3>Event</h3>${part(sample.event)}</section><section><h3>LIVE</h3>${part(sample.live)}</section><section><h3>DEVELOPMENT</h3>${part(sample.development)}</section></div></details>`;
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Rehearsal of ${marked(report.function)}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
summary { display: flex; flex-wrap: wrap; gap: 1rem; padding: .5rem; cursor: pointer; align-items: baseline }
summary code { flex: 1 1 20rem; overflow-wrap: anywhere }
details { border: 1px solid #8884; border-left: .4rem solid #2a8; border-radius: .3rem; margin: .5rem 0 }
details.unexpected { border-left-color: #c33 }
details div { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; padding: 0 1rem }
pre { overflow: auto; max-height: 24rem; font-size: 12px }
</style>
<h1>Rehearsal of ${marked(report.function)}</h1>
<ul>${summary(report)
    .map((line) => `<li>${marked(line)}</li>`)
    .join("")}</ul>
${groups.join("\n")}
</html>
`;
}

const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** For XML and HTML; XML has no control characters but white space. */
function marked(text: string): string {
  return text
    .replaceAll(/[[\p{Cc}\p{Cs}]--[\t\n\r]]/gv, "\uFFFD")
    .replaceAll(/[&<>"]/g, (each) => names[each]!);
}
