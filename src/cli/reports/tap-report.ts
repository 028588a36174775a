/** The report in the Test Anything Protocol, version 14. */
import { printable } from "../printable.ts";
import { complaints, count, type EventReport, type FunctionReport } from "./event-report.ts";

export function tapReport(reports: readonly FunctionReport[]): string {
  let number = 0;
  const points = reports.flatMap(({ file, events }) =>
    events.flatMap((event) => {
      number += 1;
      return testPoint(number, file, event);
    }),
  );
  return ["TAP version 14", `1..${count(reports)}`, ...points, ""].join("\n");
}

function testPoint(number: number, fn: string, event: EventReport): string[] {
  const result = event.outcome === "passed" ? "ok" : "not ok";
  const line = `${result} ${number} - ${escaped(`${fn}: ${event.name}`)}`;
  if (event.outcome === "passed") return [line];
  const [message = "", ...more] = complaints(event);
  return [
    line,
    "  ---",
    // A text of JSON is one of YAML.
    `  message: ${JSON.stringify(message)}`,
    `  at: ${JSON.stringify(event.file)}`,
    ...(more.length > 0 ? ["  more:", ...more.map((text) => `    - ${JSON.stringify(text)}`)] : []),
    ...(event.run ? [`  verdict: ${JSON.stringify(event.run.verdict)}`] : []),
    "  ...",
  ];
}

/** A description ends at "#", where a directive would begin, and at the line's end. */
function escaped(text: string): string {
  return printable(text.replace(/[\\#]/g, "\\$&").replace(/[\r\n]+/g, " "));
}
