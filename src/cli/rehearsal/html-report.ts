/** What a rehearsal found, as a page that needs nothing else: no scripts, and nothing from elsewhere. */
import type { Effect } from "../../node/rehearsal/start-rehearsal.ts";
import type { JudgedGroup, JudgedReport } from "./judged-report.ts";
import { marked } from "./marked-text.ts";
import { style } from "./report-style.ts";
import { leftOut, percent, target } from "./reports.ts";

/** Percent of compute utilization that are told as a difference. */
const dearerBy = 10;
/** Differences that are spread out from the beginning. */
const openMax = 2;

export function htmlReport(report: JudgedReport): string {
  const { function: name, groups, unexpected } = report;
  const verdict =
    unexpected === 0
      ? `<p class="verdict good">Nothing differs that is not expected</p>`
      : `<p class="verdict bad">${counted(unexpected, "unexpected difference")}</p>`;
  const [open, expected] = [false, true].map((is) =>
    groups.filter((each) => each.isExpected === is),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rehearsal of ${marked(name)}</title><style>${style}</style></head><body>
<header><div><p class="over">Footlight · Rehearsal</p><h1>${marked(name)}</h1><p class="what">What DEVELOPMENT would do with the traffic that LIVE had, from ${marked(report.source)}</p></div>${verdict}</header>
<main>
${tiles(report)}
<div class="panels">${utilizationPanel(report)}${cachePanel(report)}</div>
${remarks(report)}
${groupList("Unexpected", open!, report)}
${groupList("Expected", expected!, report)}
${groups.length === 0 ? `<p class="none">Both versions did the same in each run.</p>` : ""}
</main></body></html>
`;
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function tiles({ compared, differing, notComparable, caches }: JudgedReport): string {
  const hidden = notComparable.reduce((sum, { count }) => sum + count, 0);
  const cold = caches.reduce((sum, { coldObjects }) => sum + coldObjects, 0);
  const share = compared === 0 ? "" : `${percent(differing / compared)} of them`;
  const tile = (value: number, what: string, note: string): string =>
    `<div class="tile"><b>${value.toLocaleString("en")}</b><span>${what}</span><small>${marked(note)}</small></div>`;
  const reads = notComparable.map(({ reads: each, count }) => `${count} read ${each}`).join("; ");
  return `<section class="tiles">${[
    tile(compared, "runs compared", ""),
    tile(differing, "runs differ", share),
    tile(hidden, "not comparable", reads),
    tile(cold, "objects go cold", caches.some(({ isEstimate }) => isEstimate) ? "estimated" : ""),
  ].join("")}</section>`;
}

function utilizationPanel({ utilization: { live, development } }: JudgedReport): string {
  const row = (what: string, before: number, after: number): string =>
    `<tr><th>${what}</th><td>${bar(before, "live")}</td><td>${bar(after, after >= before + dearerBy ? "dearer" : "development")}</td></tr>`;
  return `<section class="panel"><h2>Compute utilization</h2><table class="usage"><thead><tr><th></th><th>LIVE</th><th>DEVELOPMENT</th></tr></thead><tbody>${[
    row("p50", live.p50, development.p50),
    row("p99", live.p99, development.p99),
    row("max", live.max, development.max),
  ].join("")}</tbody></table></section>`;
}

function bar(value: number, kind: string): string {
  return `<span class="bar ${kind}"><i style="width:${Math.min(100, value)}%"></i></span><span class="number">${value} %</span>`;
}

function cachePanel({ caches }: JudgedReport): string {
  const rows = caches.map(
    ({ behavior, coldObjects, liveHitRatio, developmentHitRatio, isEstimate }) =>
      `<tr><th><code>${marked(behavior)}</code></th><td>${isEstimate ? "about " : ""}${coldObjects.toLocaleString("en")}</td><td>${percent(liveHitRatio)} → <b class="${developmentHitRatio < liveHitRatio - 0.0005 ? "worse" : ""}">${percent(developmentHitRatio)}</b></td></tr>`,
  );
  const body =
    rows.length === 0
      ? `<p class="muted">No cache keys could be told.</p>`
      : `<table><thead><tr><th>Cache behavior</th><th>Objects that go cold</th><th>Hit ratio, if all are kept</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  return `<section class="panel"><h2>Cache</h2>${body}</section>`;
}

/** What a reader must not take for looked at. */
function remarks(report: JudgedReport): string {
  const { lacks, source } = report;
  const missing = `Not in ${source}, so nothing is known of what depends on it: ${lacks.join("; ")}`;
  const all = [...(lacks.length > 0 ? [missing] : []), ...leftOut(report)];
  if (all.length === 0) return "";
  return `<section class="remarks"><h2>What this does not say</h2><ul>${all.map((each) => `<li>${marked(each)}</li>`).join("")}</ul></section>`;
}

function groupList(title: string, groups: readonly JudgedGroup[], report: JudgedReport): string {
  if (groups.length === 0) return "";
  const all = groups.map((group, index) => groupText(group, report, index < openMax));
  return `<section><h2>${title} <span class="muted">${groups.length}</span></h2>${all.join("\n")}</section>`;
}

function groupText(
  group: JudgedGroup,
  { compared, function: name }: JudgedReport,
  isOpen: boolean,
): string {
  const { id, shape, count, isExpected, sample } = group;
  const share = compared === 0 ? 0 : count / compared;
  const accept = isExpected
    ? ""
    : `<p class="do">If it is meant: <code>footlight rehearse ${marked(name)} --accept ${id}</code></p>`;
  return `<details class="${isExpected ? "expected" : "unexpected"}"${isOpen && !isExpected ? " open" : ""}><summary><span class="kind">${kindOf(shape)}</span><code>${marked(shape)}</code><span class="share"><i style="width:${Math.max(1, 100 * share).toFixed(1)}%"></i></span><span class="count">${count.toLocaleString("en")} <small>of ${compared.toLocaleString("en")}</small></span><small class="id">${id}</small></summary>
<div class="sample"><p class="muted">For example <code>${marked(target(sample.event))}</code></p>
${comparison(sample.live, sample.development)}
${accept}<details class="event"><summary>The event, as <code>footlight test</code> takes it</summary><pre>${marked(JSON.stringify({ ...sample.event, given: sample.given }, undefined, 2))}</pre></details></div></details>`;
}

function kindOf(shape: string): string {
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/^redirects for ever/, "loop"],
    [/^compute utilization/, "cost"],
    [/^cache key/, "cache"],
    [/^(?:[-+] )?header/, "header"],
    [/^(?:[-+] )?cookie/, "cookie"],
    [/^(?:[-+] )?query/, "query"],
    [/→ fails|^failure/, "error"],
    [/^(uri|status|origin|body)/, "$1"],
  ];
  for (const [pattern, kind] of kinds) {
    const found = pattern.exec(shape);
    if (found !== null) return kind === "$1" ? found[1]! : kind;
  }
  return "result";
}

type Side = Effect & { readonly computeUtilization: number };

/** Both sides by rows: first those that differ. */
function comparison(live: Side, development: Side): string {
  const rows: (readonly [string, string, string])[] = [
    ["result", resultOf(live), resultOf(development)],
    ["uri", live.uri, development.uri],
    ["query", live.querystring, development.querystring],
    ...headerRows(live.headers, development.headers),
    ["body", bodyOf(live), bodyOf(development)],
    ["origin", live.origin ?? "", development.origin ?? ""],
    ["failure", live.failure ?? "", development.failure ?? ""],
  ];
  const shown = rows.filter(([, before, after]) => before !== "" || after !== "");
  const [changed, same] = [false, true].map((is) =>
    shown.filter(([, before, after]) => (before === after) === is),
  );
  const [before, after] = [live, development].map(({ computeUtilization: each }) => each);
  const isDearer = Math.abs(after! - before!) >= dearerBy;
  const utilization = [`${before} %`, `${after} %`] as const;
  return `<table class="sides"><thead><tr><th></th><th>LIVE</th><th>DEVELOPMENT</th></tr></thead><tbody>${[
    ...changed!.map(changedRow),
    ...(isDearer ? [changedRow(["utilization", ...utilization])] : []),
    ...same!.map(([what, value]) => row("same", what, `<td colspan="2">${text(value)}</td>`)),
    ...(isDearer
      ? []
      : [row("same", "utilization", utilization.map((each) => `<td>${text(each)}</td>`).join(""))]),
  ].join("")}</tbody></table>`;
}

function changedRow([what, before, after]: readonly [string, string, string]): string {
  const cells = `<td class="before">${text(before)}</td><td class="after">${text(after)}</td>`;
  return row("changed", what, cells);
}

function row(kind: string, what: string, cells: string): string {
  return `<tr class="${kind}"><th>${marked(what)}</th>${cells}</tr>`;
}

function text(value: string): string {
  return value === "" ? `<span class="muted">none</span>` : `<code>${marked(value)}</code>`;
}

function resultOf({ kind, status }: Effect): string {
  return status === 0 ? kind : `${kind} ${status}`;
}

function bodyOf({ body }: Effect): string {
  if (body === undefined) return "";
  const text = Buffer.from(body, "base64").toString("utf8");
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function headerRows(
  live: readonly string[],
  development: readonly string[],
): (readonly [string, string, string])[] {
  const [before, after] = [byName(live), byName(development)];
  const names = new Set([...before.keys(), ...after.keys()]);
  return Array.from(names, (name) => [name, before.get(name) ?? "", after.get(name) ?? ""]);
}

function byName(lines: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index]!.toLowerCase();
    const known = values.get(name);
    values.set(name, known === undefined ? lines[index + 1]! : `${known}\n${lines[index + 1]!}`);
  }
  return values;
}
