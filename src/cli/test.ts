/**
 * `footlight test DIR|FILE…`: runs functions on the events beside them, in CloudFront's runtime, and says where
 * the results are not what the events' files expect.
 *
 * Exit code 0 when all are as expected, 1 when one is not, 2 when a file is no event, there are none, or the call makes no
 * sense. Without an expectation a run is only to succeed, and the edge not to refuse its result.
 */
import { writeFileSync } from "node:fs";
import { EventFileError } from "../events/event-file-error.ts";
import { findFunctions, type FoundFunction } from "../events/find-events.ts";
import { readKeys } from "../events/key-value-file.ts";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import type { EventRunOptions } from "../node/run-event-file.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { partArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { readDistributionConfig } from "./distribution-file.ts";
import { runEvents } from "./run-events.ts";
import { count, type FunctionReport } from "./reports/event-report.ts";
import { junitReport } from "./reports/junit-report.ts";
import { tapReport } from "./reports/tap-report.ts";
import { textReport, whereEventsAre } from "./reports/text-report.ts";

const table = {
  runtime: {
    default: "cloudfront-js-2.0",
    help: "The runtime of events that name none: cloudfront-js-1.0 or cloudfront-js-2.0",
    pattern: /^cloudfront-js-[12]\.0$/,
    expects: "cloudfront-js-1.0 or cloudfront-js-2.0",
  },
  nowMs: {
    default: "",
    help: "What Date says where an event names no time, in milliseconds since 1970 (default: the real time)",
    pattern: /^\d{0,15}$/,
    expects: "milliseconds since 1970",
  },
  seed: {
    default: "",
    help: "What Math.random's numbers follow from, the same each time, where an event names no seed (default: others each time)",
    pattern: /^([1-9]\d{0,14})?$/,
    expects: "a whole number from 1 to 999999999999999",
  },
  keys: {
    default: "",
    help: "A file with the key value store of events that have none, as CreateKeyValueStore imports it",
  },
  distribution: {
    default: "",
    help: "A file with a DistributionConfig, by whose origins the origin helpers are judged",
  },
  reporter: {
    default: "text",
    help: "What is printed: text, junit, tap or json",
    pattern: /^(text|junit|tap|json)$/,
    expects: "text, junit, tap or json",
  },
  junit: { default: "", help: "A file for JUnit's XML, beside what is printed" },
  color: {
    default: "auto",
    help: "Color the text: auto (on a terminal), always or never",
    pattern: /^(auto|always|never)$/,
    expects: "auto, always or never",
  },
} as const;

export const test: Command = {
  summary: "Run functions on the events beside them, and compare with what the events expect",
  usage: "[DIR|FILE …]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const values = readOptionTable(table, flags, environment);
    const { keys, distribution, nowMs, seed, junit } = values;
    try {
      const options: EventRunOptions = {
        runtime: values.runtime as RuntimeName,
        keys: keys === "" ? undefined : readKeys(keys),
        now: nowMs === "" ? undefined : Number(nowMs),
        seed: seed === "" ? undefined : Number(seed),
        distribution: distribution === "" ? undefined : readDistributionConfig(distribution),
      };
      const functions = findFunctions(words.length === 0 ? ["."] : words);
      requireEvents(functions, words);
      const reports: FunctionReport[] = [];
      for (const fn of functions) reports.push(await runEvents(fn, options));
      const isColored =
        values.color === "always" || (values.color === "auto" && process.stdout.isTTY);
      process.stdout.write(print(values.reporter, reports, isColored));
      if (junit !== "") writeReport(junit, junitReport(reports));
      if (count(reports, "broken") > 0) return 2;
      return count(reports, "failed") > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof EventFileError)) throw error;
      process.stderr.write(`footlight test: ${error.message}\n`);
      return 2;
    }
  },
};

function requireEvents(functions: readonly FoundFunction[], words: readonly string[]): void {
  if (functions.some(({ events }) => events.length > 0)) return;
  const [first] = functions;
  const where = words.length === 0 ? "this folder" : words.join(" ");
  throw new OptionError(
    first === undefined
      ? `there is no function in ${where}: no *.js or *.ts file there has a handler`
      : `there are no events of ${functions.map(({ file }) => file).join(", ")}: ${whereEventsAre(first.file)}`,
  );
}

function print(reporter: string, reports: readonly FunctionReport[], isColored: boolean): string {
  switch (reporter) {
    case "junit":
      return junitReport(reports);
    case "tap":
      return tapReport(reports);
    case "json":
      return `${JSON.stringify({
        passed: count(reports, "passed"),
        failed: count(reports, "failed"),
        broken: count(reports, "broken"),
        functions: reports,
      })}\n`;
    default:
      return textReport(reports, isColored);
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new OptionError(`Cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}
