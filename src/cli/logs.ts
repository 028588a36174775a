/** `footlight logs [FUNCTION]`: what functions printed and why they failed, as CloudWatch shows it. */
import { setTimeout as wait } from "node:timers/promises";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { CallRefused, getFromApi } from "./call-api.ts";
import { printable } from "./printable.ts";
import type { Command } from "./command.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  follow: {
    default: false,
    help: "Go on as functions run, and connect again where that breaks; -f for short",
  },
  since: {
    default: "10m",
    help: "How far back to begin: 30s, 10m, 2h, 1d, or a time like 2026-01-02T03:04:05Z",
  },
  grep: { default: "", help: "Only runs of which a line, the error or the request id holds this" },
  distribution: { default: "", help: "Only runs for this distribution's id" },
  json: { default: false, help: "Print a line of JSON a run" },
} as const;

const pollMs = 500;

interface LoggedRun {
  readonly at: string;
  readonly request_id: string;
  readonly function: string;
  readonly distribution: string;
  readonly lines: readonly string[];
  readonly error?: string;
  readonly line?: number;
}

interface LogsPage {
  readonly items: readonly LoggedRun[];
  readonly next_marker: string;
  readonly has_more: boolean;
  readonly lost?: number;
  readonly unanswered?: readonly string[];
}

export const logs: Command = {
  summary: "Print what functions logged and why they failed",
  usage: "[FUNCTION]",
  options: table,
  run: async (args, environment) => {
    const spelled = args.map((argument) => (argument === "-f" ? "--follow" : argument));
    const { words, flags } = partArguments(spelled, table);
    const options = readOptionTable(table, flags, environment);
    const [name, ...rest] = words;
    if (rest.length > 0) throw new UsageError("logs [FUNCTION]", words);
    const query = {
      since: sinceOf(options.since, Date.now()),
      ...(name !== undefined && { function: name }),
      ...(options.grep !== "" && { grep: options.grep }),
      ...(options.distribution !== "" && { distribution: options.distribution }),
    };
    let marker: string | undefined;
    let isLost = false;
    for (;;) {
      let hasMore = false;
      try {
        const asked = marker === undefined ? query : { ...query, after: marker };
        const page = await getFromApi(options, "/footlight/v1/logs", asked, environment);
        const { items, next_marker, has_more, lost, unanswered } = page as LogsPage;
        if (unanswered) warn(`no answer from ${unanswered.join(", ")}: its lines are missing`);
        for (const run of items) process.stdout.write(options.json ? json(run) : text(run));
        if (lost !== undefined) warn(`${lost} runs were lost on the way: choose fewer`);
        marker = next_marker;
        hasMore = has_more;
        isLost = false;
      } catch (error) {
        if (!options.follow || error instanceof CallRefused || error instanceof OptionError) {
          throw error;
        }
        if (!isLost) warn(`${(error as Error).message}; waiting`);
        isLost = true;
      }
      if (!hasMore && !options.follow) return 0;
      if (!hasMore) await wait(pollMs);
    }
  },
};

function warn(message: string): void {
  process.stderr.write(`footlight logs: ${message}\n`);
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws OptionError, when it is no time */
function sinceOf(given: string, now: number): string {
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(given) ?? [];
  const at = count === undefined ? Date.parse(given) : now - Number(count) * (units[unit] ?? 0);
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    throw new OptionError(`--since must be like 10m or 2026-01-02T03:04:05Z, got "${given}"`);
  }
  return date.toISOString();
}

function json(run: LoggedRun): string {
  return `${JSON.stringify(run)}\n`;
}

/** A run's lines as CloudWatch has them; what failed, which CloudWatch does not tell, is a line of its own. */
function text({ at, request_id: id, distribution, lines, error, line, ...run }: LoggedRun): string {
  const all = [
    `START DistributionID: ${distribution}`,
    ...lines,
    ...(error === undefined
      ? []
      : [`ERROR ${error}${line === undefined ? "" : ` (line ${line})`}`]),
    "END",
  ];
  // A line that was printed with ends in it is several, none of which can be taken for another run's.
  return all
    .flatMap((line) => line.split(/\r?\n/))
    .map((line) => `${at} ${run.function} ${id} ${printable(line.replaceAll("\t", "    "))}\n`)
    .join("");
}
