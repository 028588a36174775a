/**
 * `footlight rehearse FUNCTION`: runs DEVELOPMENT and LIVE on recorded traffic, in a process of their own, and says
 * how what they do differs.
 *
 * Differences that a file of expectations lists are expected. Exit code 1 when others are there and --fail-on
 * unexpected asks for it; 2 when nothing could be rehearsed.
 */
import { availableParallelism } from "node:os";
import { readOptionTable } from "../node/option-table.ts";
import { readRuns } from "../node/rehearsal/sources/read-runs.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions, type ApiAddress } from "./ask-api.ts";
import type { Command } from "./command.ts";
import { exportSamples } from "./rehearsal/export-samples.ts";
import { htmlReport } from "./rehearsal/html-report.ts";
import {
  acceptDifferences,
  judgeReport,
  readExpectations,
  type JudgedReport,
} from "./rehearsal/judged-report.ts";
import { ProgressBar } from "./rehearsal/progress-bar.ts";
import { recordedRuns } from "./rehearsal/recorded-runs.ts";
import { jsonReport, junitReport, textReport } from "./rehearsal/reports.ts";
import { noteRehearsal, runRehearsal, type RehearsalRun } from "./rehearsal/run-rehearsal.ts";

/** Unless told: what feeds them is one process. */
const processesMax = 4;

const table = {
  ...apiOptions("Base URL of the control plane that has the function, and has recorded its runs"),
  from: {
    default: "",
    help: "What to run in place of what the node has recorded: a file of recorded runs (.jsonl), of an event (.json), a folder of events, an HTTP archive (.har), or an access log, standard or real-time, perhaps as .gz",
  },
  fields: {
    default: "",
    help: "The fields of a real-time log, with commas between and in the order of its records, or a file with its configuration",
  },
  processes: {
    default: 0,
    help: "Processes that share the runs; 0 for one a core, and 4 at most",
    range: [0, 64],
  },
  export: {
    default: "",
    help: "Folder for a sample of each difference, as an event that footlight test runs",
  },
  failOn: {
    default: "",
    help: "Exit with code 1 when there are differences that are not expected: unexpected",
    pattern: /^(unexpected)?$/,
    expects: "unexpected",
  },
  report: {
    default: "text",
    help: "How the report is written: text, json, junit or html",
    pattern: /^(text|json|junit|html)$/,
    expects: "text, json, junit or html",
  },
  expectations: {
    default: "",
    help: "File of the differences that are expected (default: FUNCTION.rehearsal.json)",
  },
  accept: {
    default: "",
    help: "Adds differences to that file: all, or their ids with commas between",
    pattern: /^(all|[0-9a-f]{8}(,[0-9a-f]{8})*)?$/,
    expects: "all, or ids like 1f0a22c9 with commas between",
  },
} as const;

export const rehearse: Command = {
  summary: "Run DEVELOPMENT and LIVE on recorded traffic, and show what differs",
  usage: "FUNCTION",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const options = readOptionTable(table, flags, environment);
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) throw new UsageError("rehearse FUNCTION", words);
    const file = options.expectations || `${name}.rehearsal.json`;
    const address: ApiAddress = { api: options.api, ca: options.ca };
    try {
      const { from, fields } = options;
      const source =
        from === ""
          ? recordedRuns(address, name, environment)
          : await readRuns({ path: from, name, fields, now: Date.now() });
      const progress = new ProgressBar(process.stderr);
      const processes = options.processes || Math.min(availableParallelism(), processesMax);
      const run: RehearsalRun = { address, name, source, processes, progress, environment };
      const { report, etags, lacks } = await runRehearsal(run);
      const judge = (): JudgedReport =>
        judgeReport({ function: name, source: source.name, lacks }, report, readExpectations(file));
      if (options.accept !== "") acceptDifferences(file, judge(), options.accept);
      const judged = judge();
      const write = { text: textReport, json: jsonReport, junit: junitReport, html: htmlReport };
      process.stdout.write(write[options.report as keyof typeof write](judged));
      if (report.compared === 0) {
        process.stderr.write(`footlight rehearse: no run could be compared\n`);
        return 2;
      }
      if (options.export !== "") {
        const count = exportSamples(options.export, judged);
        process.stderr.write(`footlight rehearse: ${count} events are in ${options.export}\n`);
      }
      await noteRehearsal(run, etags, judged);
      return options.failOn === "unexpected" && judged.unexpected > 0 ? 1 : 0;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      process.stderr.write(`footlight rehearse: ${(error as Error).message}\n`);
      return 2;
    }
  },
};
