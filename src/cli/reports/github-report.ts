/**
 * What is printed for GitHub Actions: the text, and annotations of what is not as expected, at the place in the event's file that expects
 * it.
 *
 * Source: GitHub Actions, "Workflow commands for GitHub Actions", error, and "Stopping and starting workflow commands".
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { placeIn } from "../../base/json-places.ts";
import { printableLines } from "../printable.ts";
import { complaints, type EventReport, type FunctionReport } from "./event-report.ts";

/** A text of which no line is a command: what functions print and throw is in it. */
export function withoutCommands(text: string): string {
  const token = randomUUID();
  return `::stop-commands::${token}\n${text}::${token}::\n`;
}

export function githubAnnotations(reports: readonly FunctionReport[]): string {
  return reports
    .flatMap(({ file, events }) =>
      events.filter(({ outcome }) => outcome !== "passed").map((event) => annotation(file, event)),
    )
    .join("");
}

function annotation(fn: string, event: EventReport): string {
  const { file, line } = placeOf(event);
  const title = `${fn}: ${event.name}`;
  const properties = [`file=${property(file)}`, `line=${line}`, `title=${property(title)}`];
  return `::error ${properties.join(",")}::${message(complaints(event).join("\n"))}\n`;
}

/** Where the first difference is expected; the event itself where nothing says so. */
function placeOf({ file, differences }: EventReport): {
  readonly file: string;
  readonly line: number;
} {
  const path = (differences[0]?.at ?? "").split(".");
  for (const name of [file.replace(/\.json$/, ".expect.json"), file]) {
    try {
      const text = readFileSync(name, "utf8");
      const { expect } = JSON.parse(text) as { readonly expect?: unknown };
      if (expect !== undefined)
        return { file: name, line: placeIn(text, ["expect", ...path]).line };
    } catch {
      // There is none, or it is no JSON, which the annotation itself says.
    }
  }
  return { file, line: 1 };
}

function message(text: string): string {
  return printableLines(text).replace(/%/g, "%25").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return message(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
