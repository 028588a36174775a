/** The report that CI servers read: JUnit's XML, a suite a function. */
import { complaints, count, type EventReport, type FunctionReport } from "./event-report.ts";

export function junitReport(reports: readonly FunctionReport[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="footlight test" ${totals(reports)}>`,
    ...reports.flatMap((report) => [
      `  <testsuite name="${escaped(report.file)}" ${totals([report])}>`,
      ...report.events.flatMap((event) => testCase(report.file, event)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function totals(reports: readonly FunctionReport[]): string {
  const durationMs = reports
    .flatMap(({ events }) => events)
    .reduce((sum, event) => sum + event.durationMs, 0);
  const [tests, failures, errors] = [
    count(reports),
    count(reports, "failed"),
    count(reports, "broken"),
  ];
  return `tests="${tests}" failures="${failures}" errors="${errors}" time="${seconds(durationMs)}"`;
}

function testCase(fn: string, event: EventReport): string[] {
  const { name, file, outcome, durationMs, run } = event;
  const attributes = [
    `classname="${escaped(fn)}"`,
    `name="${escaped(name)}"`,
    `file="${escaped(file)}"`,
    `time="${seconds(durationMs)}"`,
  ].join(" ");
  const inside: string[] = [];
  if (outcome !== "passed") {
    const told = complaints(event);
    const element = outcome === "broken" ? "error" : "failure";
    inside.push(
      `      <${element} message="${escaped(told[0] ?? "")}">${escaped(told.join("\n"))}</${element}>`,
    );
  }
  if (run) {
    const { logs, computeUtilization } = run.test;
    const out = [`${run.verdict}; utilization ${computeUtilization} %`, ...logs];
    inside.push(`      <system-out>${escaped(out.join("\n"))}</system-out>`);
  }
  if (inside.length === 0) return [`    <testcase ${attributes}/>`];
  return [`    <testcase ${attributes}>`, ...inside, "    </testcase>"];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** Text for XML 1.0, which has no way to write most control characters: they become "�". */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      .replace(/[\n\r\t]/g, (space) => `&#${space.charCodeAt(0)};`)
  );
}
