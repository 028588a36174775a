/** How the runs of a function's events differ from those before its last change. */
import type { EventReport, FunctionReport } from "../reports/event-report.ts";
import { eventLines, type Paint } from "../reports/text-report.ts";
import { printable } from "../printable.ts";

/** Members of an output that are shown at most. */
const changesShown = 12;

/**
 * @param before undefined when there was no run yet: then all is told that is not as expected
 * @returns lines for a terminal; none where nothing is worth telling
 */
export function whatChanged(
  before: FunctionReport | undefined,
  now: FunctionReport,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  for (const event of now.events) {
    const last = before?.events.find(({ file }) => file === event.file);
    if (event.outcome !== "passed") lines.push(...eventLines(event, paint));
    else if (last !== undefined && last.outcome !== "passed") {
      lines.push(`  ${paint("green", "✓")} ${printable(event.name)}  as expected again`);
    }
    if (last !== undefined) lines.push(...outputChanges(last, event, paint));
  }
  return lines;
}

/** Where the result is another, what of it. */
function outputChanges(before: EventReport, now: EventReport, paint: Paint): string[] {
  const [last, next] = [outcomeOf(before), outcomeOf(now)];
  const changes = [...changedMembers("", last, next)];
  if (changes.length === 0) return [];
  const cost = costChange(before, now);
  const heading =
    now.outcome === "passed" ? [`  ${paint("cyan", "~")} ${printable(now.name)}${cost}`] : [];
  const shown = changes.slice(0, changesShown).map((change) => `    ${printable(change)}`);
  const more = changes.length - shown.length;
  return [...heading, ...shown, ...(more > 0 ? [`    and ${more} more`] : [])];
}

function costChange({ run: before }: EventReport, { run: now }: EventReport): string {
  if (before === undefined || now === undefined) return "";
  const [last, next] = [before.test.computeUtilization, now.test.computeUtilization];
  return last === next ? `  ${next} %` : `  ${last} → ${next} %`;
}

function outcomeOf({ run }: EventReport): unknown {
  if (run === undefined) return undefined;
  if (run.test.errorMessage !== "") return { error: run.test.errorMessage };
  return JSON.parse(run.test.output);
}

/** Like `response.headers.location.value: "/a" → "/b"`. */
function* changedMembers(path: string, before: unknown, now: unknown): Iterable<string> {
  if (isObject(before) && isObject(now)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
      yield* changedMembers(path === "" ? name : `${path}.${name}`, before[name], now[name]);
    }
    return;
  }
  if (JSON.stringify(before) !== JSON.stringify(now)) {
    yield `${path === "" ? "result" : path}: ${shown(before)} → ${shown(now)}`;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100).toWellFormed()}…` : text;
}
