/**
 * `footlight rehearse FUNCTION`: runs DEVELOPMENT and LIVE on recorded traffic, in a process of their own, and says
 * how what they do differs.
 *
 * Differences that a file of expectations lists are expected. Exit code 1 when others are there and --fail-on
 * unexpected asks for it; 2 when nothing could be rehearsed.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readOptionTable } from "../node/option-table.ts";
import { readRuns, type RunsFrom } from "../node/rehearsal/read-runs.ts";
import { startRehearsal, type RehearsalReport } from "../node/rehearsal/start-rehearsal.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions, type ApiAddress } from "./ask-api.ts";
import { getFromApi } from "./call-api.ts";
import type { Command } from "./command.ts";
import {
  htmlReport,
  jsonReport,
  junitReport,
  textReport,
  type JudgedReport,
} from "./rehearsal-reports.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const table = {
  ...apiOptions("Base URL of the control plane that has the function, and has recorded its runs"),
  from: {
    default: "",
    help: "What to run in place of what the node has recorded: a file of recorded runs (.jsonl), of an event (.json), a folder of events, or an access log, perhaps as .gz",
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

/** Runs that are sent to the process at once. */
const batch = 500;

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
    try {
      const { api, ca, from } = options;
      const source =
        from === ""
          ? recordedRuns({ api, ca }, name, environment)
          : readRuns(from, name, Date.now());
      const report = await perform({ api, ca }, name, source, environment);
      const judged = judge(name, report, source.lacks, readExpectations(file));
      if (options.accept !== "") accept(file, judged, options.accept);
      const final =
        options.accept === "" ? judged : judge(name, report, source.lacks, readExpectations(file));
      const write = { text: textReport, json: jsonReport, junit: junitReport, html: htmlReport };
      process.stdout.write(write[options.report as keyof typeof write](final));
      if (report.compared === 0) {
        process.stderr.write(`footlight rehearse: no run could be compared\n`);
        return 2;
      }
      return options.failOn === "unexpected" && final.unexpected > 0 ? 1 : 0;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      process.stderr.write(`footlight rehearse: ${(error as Error).message}\n`);
      return 2;
    }
  },
};

interface ToldSubject {
  readonly account: string;
  readonly snapshot: string;
}

async function perform(
  address: ApiAddress,
  name: string,
  { lines }: RunsFrom,
  environment: Environment,
): Promise<RehearsalReport> {
  const path = `/footlight/v1/functions/${encodeURIComponent(name)}/rehearsal-subject`;
  const { account, snapshot } = (await getFromApi(address, path, {}, environment)) as ToldSubject;
  const rehearsal = await startRehearsal({
    name,
    account,
    snapshot: Buffer.from(snapshot, "base64"),
  });
  try {
    let waiting: string[] = [];
    let count = 0;
    const send = async (): Promise<void> => {
      await rehearsal.add(waiting);
      count += waiting.length;
      waiting = [];
      if (process.stderr.isTTY) process.stderr.write(`\r${count} runs`);
    };
    for await (const line of lines) if (waiting.push(line) >= batch) await send();
    await send();
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
    return await rehearsal.report();
  } finally {
    rehearsal.close();
  }
}

interface ToldPage {
  readonly items: readonly object[];
  readonly next_marker?: string;
}

function recordedRuns(address: ApiAddress, name: string, environment: Environment): RunsFrom {
  const path = `/footlight/v1/functions/${encodeURIComponent(name)}/recorded-runs`;
  const lines = (async function* () {
    let marker: string | undefined;
    do {
      const query = marker === undefined ? {} : { after: marker };
      const page = (await getFromApi(address, path, query, environment)) as ToldPage;
      for (const item of page.items) yield JSON.stringify(item);
      marker = page.next_marker;
    } while (marker !== undefined);
  })();
  return { lines, lacks: [] };
}

function judge(
  name: string,
  report: RehearsalReport,
  lacks: readonly string[],
  expected: ReadonlySet<string>,
): JudgedReport {
  const groups = report.groups.map((group) => ({
    ...group,
    id: createHash("sha256").update(group.shape).digest("hex").slice(0, 8),
    isExpected: expected.has(group.shape),
  }));
  const unexpected = groups.filter(({ isExpected }) => !isExpected).length;
  return { ...report, function: name, lacks, groups, unexpected };
}

function readExpectations(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  const read: unknown = JSON.parse(readFileSync(file, "utf8"));
  const expected = (read as { readonly expected?: unknown } | null)?.expected;
  if (Array.isArray(expected) && expected.every((shape) => typeof shape === "string")) {
    return new Set<string>(expected);
  }
  throw new Error(`${file} is no file of expectations: {"expected": ["+ header x-a"]}`);
}

function accept(file: string, { groups }: JudgedReport, which: string): void {
  const ids = which.split(",");
  const unknown =
    which === "all" ? undefined : ids.find((id) => !groups.some((group) => group.id === id));
  if (unknown !== undefined) throw new Error(`--accept: there is no difference ${unknown}`);
  const more = groups
    .filter(({ id }) => which === "all" || ids.includes(id))
    .map(({ shape }) => shape);
  const expected = [...new Set([...readExpectations(file), ...more])].sort();
  writeFileSync(file, `${JSON.stringify({ expected }, undefined, 2)}\n`);
}
