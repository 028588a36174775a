/**
 * `footlight history FUNCTION`: a function's published versions with how they ran, and what was done to it, by
 * whom and when, over the public API.
 *
 * Publishing makes what was saved last the next version, which is LIVE then; rolling back makes an earlier one LIVE. A
 * function that was deleted and made again counts from 1 again. What was dropped from the log as too old is not
 * among the changes, and the command says where they begin; versions are kept however old they are.
 */
import { readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions, type ApiAddress } from "./ask-api.ts";
import { CallRefused, getFromApi } from "./call-api.ts";
import { inColumns } from "./columns.ts";
import type { Command } from "./command.ts";
import {
  readVersions,
  resourceOf,
  type ToldVersion,
  type ToldVersions,
} from "./function-versions.ts";
import { readVersionRuns, type VersionRuns } from "./version-metrics.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  json: { default: false, help: "Print JSON" },
} as const;

export const history: Command = {
  summary:
    "Print a function's versions and publishes: what, when, by whom, what for, and how they ran",
  usage: "FUNCTION",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { json, ...address } = readOptionTable(table, flags, environment);
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) throw new UsageError("history FUNCTION", words);
    const { changes, first } = await readChanges(address, name, environment);
    const entries = readHistory(changes);
    const versions = await versionsOf(address, name, environment);
    const begins =
      first === 1 ? "" : `; the log begins with revision ${first}, what came before is too old`;
    if (entries.length === 0 && versions === undefined) {
      const what = first === 1 ? "there never was a function" : "no change of a function";
      process.stderr.write(`footlight history: ${what} "${name}"${begins}\n`);
      return 1;
    }
    const unanswered = versions?.unanswered ?? [];
    if (unanswered.length > 0) {
      process.stderr.write(
        `footlight history: runs are without those of ${unanswered.join(", ")}, which did not answer\n`,
      );
    }
    if (first > 1) process.stderr.write(`footlight history: what is kept${begins}\n`);
    process.stdout.write(
      json
        ? `${JSON.stringify({ ...versions, changes: entries })}\n`
        : (versions === undefined ? "" : versionsText(versions)) + toText(entries),
    );
    return 0;
  },
};

interface CodeSummary {
  readonly size_bytes: number;
  readonly sha256: string;
}

interface AuditedChange {
  readonly revision: number;
  readonly at: string;
  readonly principal: string;
  readonly source_ip: string;
  readonly type: string;
  readonly fact: {
    readonly config?: {
      readonly comment?: string;
      /** Of a connection function. */
      readonly connection_function_code?: CodeSummary;
    };
    readonly code?: CodeSummary;
    /** Of published code; absent in early changes. */
    readonly sha256?: string;
    /** The published version; absent in early changes. */
    readonly number?: number;
    readonly shares?: readonly { readonly version: number; readonly share: number }[];
    readonly reason?: string;
    readonly message?: string;
    /** Of a publish in waves. */
    readonly waves?: object;
    /** What was done to waves, of this version. */
    readonly move?: string;
    readonly version?: number;
    readonly step?: number;
    readonly because?: string;
    readonly breach?: { readonly gate: string; readonly of: string };
    /** Of a rehearsal. */
    readonly compared?: number;
    readonly unexpected?: number;
    readonly source?: string;
  };
}

interface ChangesPage {
  readonly first_revision: number;
  readonly items: readonly AuditedChange[];
  readonly next_marker?: string;
}

interface HistoryEntry {
  readonly revision: number;
  readonly at: string;
  /** Like "published", or "wave 2". */
  readonly what: string;
  /** The published version that viewers got; absent of what is saved only, and in early changes. */
  readonly version?: number;
  /** Where several got traffic. */
  readonly shares?: readonly { readonly version: number; readonly share: number }[];
  readonly message?: string;
  readonly size_bytes?: number;
  readonly sha256?: string;
  readonly principal: string;
  readonly source_ip: string;
}

async function readChanges(
  address: ApiAddress,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly changes: AuditedChange[]; readonly first: number }> {
  const changes: AuditedChange[] = [];
  let first = 1;
  let after: string | undefined = "0";
  while (after !== undefined) {
    const query = { after, limit: "1000", resource: resourceOf(name) };
    const page = (await getFromApi(
      address,
      "/footlight/v1/changes",
      query,
      environment,
    )) as ChangesPage;
    changes.push(...page.items);
    first = page.first_revision;
    after = page.next_marker;
  }
  return { changes, first };
}

const whats: Readonly<Record<string, string>> = {
  "function-created": "created",
  "function-updated": "updated",
  "function-published": "published",
  "function-live-changed": "rolled back",
  "function-rehearsed": "rehearsed",
  "function-deleted": "deleted",
  "resource-created": "created",
  "resource-updated": "updated",
  "resource-published": "published",
  "resource-live-changed": "rolled back",
  "resource-deleted": "deleted",
};

/** Those that say which code it is. */
const typesOfCode = new Set([
  "function-created",
  "function-updated",
  "function-published",
  "function-rehearsed",
  "resource-created",
  "resource-updated",
  "resource-published",
]);

const whatsOfMoves: Readonly<Record<string, string>> = {
  pause: "paused",
  resume: "resumed",
  finish: "finished",
  abort: "aborted",
  revert: "taken back",
};

/** @returns undefined of what has no place in a function's history */
function whatOf(
  type: string,
  { reason, waves, move, step = 0, breach }: AuditedChange["fact"],
): string | undefined {
  if (type === "function-waves-changed") {
    const what = move === "step" ? `wave ${step + 1}` : whatsOfMoves[move ?? ""];
    return breach === undefined ? what : `${what} by gate ${breach.gate}`;
  }
  if (waves !== undefined) return "wave 1";
  return reason === "shared" ? "shared" : whats[type];
}

/** @param changes of one function, oldest first */
function readHistory(changes: readonly AuditedChange[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  let code: CodeSummary | undefined;
  for (const { revision, at, principal, source_ip, type, fact } of changes) {
    const what = whatOf(type, fact);
    if (what === undefined) continue;
    const early = type === "function-published" ? fact.version : undefined;
    const told = type === "function-rehearsed" ? rehearsalText(fact) : fact.because;
    const { number = early, shares, message = told } = fact;
    code = fact.code ?? fact.config?.connection_function_code ?? code;
    const about = typesOfCode.has(type)
      ? { ...(fact.sha256 && { sha256: fact.sha256 }), ...code }
      : {};
    const version = number ?? (shares?.length === 1 ? shares[0]?.version : undefined);
    const served = { ...(version && { version }), ...(shares && shares.length > 1 && { shares }) };
    const said = { ...about, ...(message !== undefined && { message }) };
    entries.push({ revision, at, what, ...served, ...said, principal, source_ip });
  }
  return entries;
}

function rehearsalText({ compared = 0, unexpected = 0, source }: AuditedChange["fact"]): string {
  return `${compared} runs compared, ${unexpected} unexpected differences; from ${source}`;
}

interface RanVersions extends Omit<ToldVersions, "items"> {
  readonly items: readonly (ToldVersion & { readonly runs?: VersionRuns })[];
  /** Names of nodes whose runs are not among them. */
  readonly unanswered: readonly string[];
}

/** @returns undefined where the function is not there any more, or its versions are not for this caller */
async function versionsOf(
  address: ApiAddress,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RanVersions | undefined> {
  try {
    const versions = await readVersions(address, name, environment);
    const { runs, unanswered } = await readVersionRuns(address, name, environment);
    const items = versions.items.map((item) => {
      const ran = runs.get(item.version);
      return ran === undefined ? item : { ...item, runs: ran };
    });
    return { ...versions, items, unanswered };
  } catch (error) {
    if (error instanceof CallRefused) return undefined;
    throw error;
  }
}

function versionsText({ items, live, development }: RanVersions): string {
  if (live === undefined) return "never published\n\n";
  const shares = new Map(live.shares.map(({ version, share }) => [version, share]));
  const rows = [
    ["VERSION", "TRAFFIC", "PUBLISHED", "BY", "RUNS", "ERRORS", "UTILIZATION", "MESSAGE"],
    ...items.map((item) => {
      const { version, published_at, published_by = "-", bad, message = "", runs } = item;
      const share = shares.get(version);
      return [
        String(version),
        share === undefined ? (bad ? "bad" : "-") : inPercent(share * 100),
        published_at,
        published_by,
        ...(runs === undefined
          ? ["-", "-", "-"]
          : [
              String(runs.invocations),
              inPercent((runs.errors / Math.max(1, runs.invocations)) * 100),
              inPercent(runs.utilization_percent),
            ]),
        message,
      ];
    }),
  ];
  const draft = development.is_published ? "" : "DEVELOPMENT holds something else than LIVE.\n";
  return `${inColumns(rows)}${draft}\n`;
}

/** @returns like `12.3 %` */
function inPercent(value: number): string {
  return `${Number(value.toFixed(1))} %`;
}

function toText(entries: readonly HistoryEntry[]): string {
  const rows = [
    ["REVISION", "AT", "WHAT", "VERSION", "BYTES", "SHA-256", "BY", "FROM", "MESSAGE"],
    ...entries.map((entry) => [
      String(entry.revision),
      entry.at,
      entry.what,
      entry.shares
        ?.map(({ version, share }) => `${version}: ${inPercent(share * 100)}`)
        .join(", ") ?? String(entry.version ?? ""),
      String(entry.size_bytes ?? ""),
      entry.sha256?.slice(0, 12) ?? "",
      entry.principal,
      entry.source_ip,
      entry.message ?? "",
    ]),
  ];
  return inColumns(rows);
}
