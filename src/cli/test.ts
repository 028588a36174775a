/**
 * `footlight test DIR|FILE…`: runs functions on the events beside them, in CloudFront's runtime, and says where
 * the results are not what the events' files expect.
 *
 * Exit code 0 when all are as expected, 1 when one is not, 2 when a file is no event, there are none, or the call makes no
 * sense. Without an expectation a run is only to succeed, and the edge not to refuse its result.
 */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { replaceFile } from "../base/write-whole.ts";
import { EventFileError } from "../events/event-file-error.ts";
import { findFunctions, type FoundFunction } from "../events/find-events.ts";
import { readKeys } from "../events/key-value-file.ts";
import { OptionError, readOptionTable, type ValuesOf } from "../node/option-table.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { partArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { readDistributionConfig } from "./distribution-file.ts";
import { runEvents, type RunEventsOptions } from "./run-events.ts";
import { count, type FunctionReport } from "./reports/event-report.ts";
import { junitReport } from "./reports/junit-report.ts";
import { tapReport } from "./reports/tap-report.ts";
import { painter, textReport, whereEventsAre, type Paint } from "./reports/text-report.ts";
import { coverageOf, coverageText, lcovText } from "./reports/coverage.ts";
import { githubAnnotations, withoutCommands } from "./reports/github-report.ts";
import { FolderWatch } from "./folder-watch.ts";
import { printable } from "./printable.ts";

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
    help: "What is printed: text, junit, tap, json, or github for the text with annotations, which text has too where GITHUB_ACTIONS is true",
    pattern: /^(text|junit|tap|json|github)$/,
    expects: "text, junit, tap, json or github",
  },
  watch: {
    default: false,
    help: "Go on, and run what has changed whenever something is saved, until it is stopped",
  },
  update: {
    default: false,
    help: "Write what came of each event as what is expected of it, where that is nothing or another",
  },
  coverage: {
    default: false,
    help: "Say which lines and branches of the functions no event has run",
  },
  lcov: {
    default: "",
    help: "A file for the coverage in LCOV's form, which editors and CI servers read",
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
    const paths = words.length === 0 ? ["."] : words;
    const isColored =
      values.color === "always" || (values.color === "auto" && process.stdout.isTTY);
    const annotates =
      values.reporter === "github" ||
      (values.reporter === "text" && environment["GITHUB_ACTIONS"] === "true");
    const run = async (): Promise<number> => {
      try {
        const options = runOptionsOf(values);
        const functions = findFunctions(paths);
        requireEvents(functions, words);
        const reports: FunctionReport[] = [];
        for (const fn of functions) reports.push(await runEvents(fn, options));
        const text = print(values.reporter, reports, isColored);
        process.stdout.write(annotates ? withoutCommands(text) + githubAnnotations(reports) : text);
        tellCoverage(reports, values, painter(isColored));
        if (values.junit !== "") writeReport(values.junit, junitReport(reports));
        if (count(reports, "broken") > 0) return 2;
        return count(reports, "failed") > 0 ? 1 : 0;
      } catch (error) {
        if (!(error instanceof EventFileError)) throw error;
        process.stderr.write(`footlight test: ${printable(error.message)}\n`);
        return 2;
      }
    };
    return values.watch ? await runAtEachSave(paths, run) : await run();
  },
};

type Values = ValuesOf<typeof table>;

/** @throws EventFileError, OptionError, when a file that an option names can't be read */
function runOptionsOf({
  runtime,
  keys,
  nowMs,
  seed,
  distribution,
  coverage,
  lcov,
  update,
}: Values): RunEventsOptions {
  return {
    runtime: runtime as RuntimeName,
    keys: keys === "" ? undefined : readKeys(keys),
    now: nowMs === "" ? undefined : Number(nowMs),
    seed: seed === "" ? undefined : Number(seed),
    distribution: distribution === "" ? undefined : readDistributionConfig(distribution),
    coverage: coverage || lcov !== "",
    updates: update,
  };
}

/** Beside a report for programs it goes to stderr. */
function tellCoverage(
  reports: readonly FunctionReport[],
  { coverage, lcov, reporter }: Values,
  paint: Paint,
): void {
  const coverages = reports.flatMap((report) => coverageOf(report) ?? []);
  if (lcov !== "") writeReport(lcov, lcovText(coverages));
  if (!coverage) return;
  const stream = reporter === "text" || reporter === "github" ? process.stdout : process.stderr;
  stream.write(coverageText(coverages, paint));
}

/** Runs once, and again after each save below the paths, until it is asked to stop. */
async function runAtEachSave(
  paths: readonly string[],
  run: () => Promise<number>,
): Promise<number> {
  let isStale = true;
  let wake = (): void => {};
  let isStopped = false;
  const roots = paths.map((path) => {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    return resolve(isFolder ? path : dirname(path));
  });
  const watch = new FolderWatch(() => {
    isStale = true;
    wake();
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      isStopped = true;
      wake();
    });
  }
  watch.watch([...new Set(roots)]);
  // Nothing else keeps the process while it waits.
  const alive = setInterval(() => {}, 60_000);
  while (!isStopped) {
    if (!isStale) {
      await new Promise<void>((resolveSaved) => {
        wake = resolveSaved;
      });
      continue;
    }
    isStale = false;
    try {
      await run();
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      process.stdout.write(`${error.message}\n`);
    }
    process.stdout.write("Waiting for something to be saved; Ctrl-C ends it\n\n");
  }
  clearInterval(alive);
  watch.close();
  return 0;
}

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
    replaceFile(file, text);
  } catch (error) {
    throw new OptionError(`Cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}
