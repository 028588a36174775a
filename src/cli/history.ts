/**
 * `footlight history FUNCTION`: a function's versions and publishes, from the audit of a node, over
 * the public API.
 *
 * A version is what CreateFunction or UpdateFunction saved; publishing makes the newest one LIVE. A
 * function that was deleted and made again counts from 1 again. What was dropped from the log as too
 * old is not in it, and the command says where it begins.
 */
import { readOptionTable } from "../node/option-table.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions, type ApiAddress } from "./ask-api.ts";
import { getFromApi } from "./call-api.ts";
import { inColumns } from "./columns.ts";
import type { Command } from "./command.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  json: { default: false, help: "Print JSON" },
} as const;

export const history: Command = {
  summary: "Print a function's versions and publishes: what, when, by whom",
  usage: "FUNCTION",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { json, ...address } = readOptionTable(table, flags, environment);
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) throw new UsageError("history FUNCTION", words);
    const { changes, first } = await readChanges(address, name, environment);
    const entries = readHistory(changes);
    const begins =
      first === 1 ? "" : `; the log begins with revision ${first}, what came before is too old`;
    if (entries.length === 0) {
      const what = first === 1 ? "there never was a function" : "no change of a function";
      process.stderr.write(`footlight history: ${what} "${name}"${begins}\n`);
      return 1;
    }
    if (first > 1) process.stderr.write(`footlight history: what is kept${begins}\n`);
    process.stdout.write(json ? `${JSON.stringify(entries)}\n` : toText(entries));
    return 0;
  },
};

interface AuditedChange {
  readonly revision: number;
  readonly at: string;
  readonly principal: string;
  readonly source_ip: string;
  readonly type: string;
  readonly fact: {
    readonly config?: { readonly comment?: string };
    readonly code?: { readonly size_bytes: number; readonly sha256: string };
    /** Absent in early changes, and where it is 1. */
    readonly version?: number;
    /** Of published code; absent in early changes. */
    readonly sha256?: string;
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
  readonly what: "created" | "updated" | "published" | "deleted";
  /** The version that was saved, or that became LIVE; absent for a deletion. */
  readonly version?: number;
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
    const query = { after, limit: "1000", resource: `function/${name}` };
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

const whats: Readonly<Record<string, HistoryEntry["what"]>> = {
  "function-created": "created",
  "function-updated": "updated",
  "function-published": "published",
  "function-deleted": "deleted",
};

/** @param changes of one function, oldest first */
function readHistory(changes: readonly AuditedChange[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  /** Unknown until a change says it, where the log begins later than the function. */
  let version: number | undefined;
  let code: AuditedChange["fact"]["code"];
  for (const { revision, at, principal, source_ip, type, fact } of changes) {
    const what = whats[type];
    if (what === undefined) continue;
    if (what === "created") version = 1;
    if (what === "updated" && version !== undefined) version += 1;
    version = fact.version ?? version;
    code = fact.code ?? code;
    const published = { ...(fact.sha256 && { sha256: fact.sha256 }), ...code };
    const about = what === "deleted" ? {} : { ...(version && { version }), ...published };
    entries.push({ revision, at, what, ...about, principal, source_ip });
  }
  return entries;
}

function toText(entries: readonly HistoryEntry[]): string {
  const rows = [
    ["REVISION", "AT", "WHAT", "VERSION", "BYTES", "SHA-256", "BY", "FROM"],
    ...entries.map(({ revision, at, what, version, size_bytes, sha256, principal, source_ip }) => [
      String(revision),
      at,
      what,
      version === undefined ? "" : String(version),
      size_bytes === undefined ? "" : String(size_bytes),
      sha256?.slice(0, 12) ?? "",
      principal,
      source_ip,
    ]),
  ];
  return inColumns(rows);
}
