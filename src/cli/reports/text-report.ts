/** The report that a person reads: what differs, line under line, and of a run without expectations what it came to. */
import { styleText } from "node:util";
import { printable } from "../printable.ts";
import { count, type EventReport, type FunctionReport } from "./event-report.ts";

type Style = Parameters<typeof styleText>[0];
/** Colors a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export function textReport(reports: readonly FunctionReport[], isColored: boolean): string {
  const paint = painter(isColored);
  const lines = reports.flatMap(({ file, events }) => [
    paint("bold", file),
    ...(events.length === 0 ? [`  no events: ${whereEventsAre(file)}`] : []),
    ...events.flatMap((event) => eventLines(event, paint)),
    "",
  ]);
  return [...lines, summary(reports, paint), ""].join("\n");
}

export function painter(isColored: boolean): Paint {
  return (style, text) => (isColored ? styleText(style, text, { validateStream: false }) : text);
}

/** For who has none yet. */
export function whereEventsAre(file: string): string {
  return `they would be in ${file.replace(/\.[jt]s$/, "")}.events/NAME.json`;
}

export function eventLines(event: EventReport, paint: Paint): string[] {
  const { outcome, run, differences, problem, remarks, expects, written } = event;
  const mark = outcome === "passed" ? paint("green", "✓") : paint("red", "✗");
  const cost = run ? paint("dim", `  ${run.test.computeUtilization} %`) : "";
  const showsResult = run !== undefined && (outcome === "failed" || !expects);
  return [
    `  ${mark} ${printable(event.name)}${cost}`,
    ...(written === undefined
      ? []
      : indented(`written to ${written}`).map((line) => paint("cyan", line))),
    ...(problem === undefined ? [] : indented(problem)),
    ...differences.flatMap(({ at, expected, actual }) => [
      ...indented(at),
      ...indented(`  - expected ${expected}`).map((line) => paint("red", line)),
      ...indented(`  + got      ${actual}`).map((line) => paint("green", line)),
    ]),
    ...(showsResult ? indented(run.verdict) : []),
    ...(showsResult && !expects && run.test.output !== "" ? indented(run.test.output) : []),
    ...(run?.test.logs ?? []).flatMap((log) =>
      indented(`log: ${log}`).map((line) => paint("dim", line)),
    ),
    ...remarks.flatMap((remark) =>
      indented(`remark: ${remark}`).map((line) => paint("yellow", line)),
    ),
  ];
}

/** What a function has written must not command a terminal. */
function indented(text: string): string[] {
  return text.split("\n").map((line) => `    ${printable(line)}`);
}

export function summary(reports: readonly FunctionReport[], paint: Paint): string {
  const functions = reports.filter(({ events }) => events.length > 0).length;
  const [passed, failed, broken] = (["passed", "failed", "broken"] as const).map((outcome) =>
    count(reports, outcome),
  );
  const parts = [
    paint("green", `${passed} passed`),
    ...(failed ? [paint("red", `${failed} failed`)] : []),
    ...(broken ? [paint("red", `${broken} could not be run`)] : []),
  ];
  return `${parts.join(", ")}, of ${functions} ${functions === 1 ? "function" : "functions"}`;
}
