/** The call `/footlight/v1/logs`: what functions printed, and why they failed, at this node's edge, or at all that share its log. */
import { ApiError, InvalidArgument } from "../model/errors.ts";
import { parseQuery } from "../wire/query.ts";
import type { LiveReading } from "./live-answer.ts";

/** A run of a function that printed, or failed. */
export interface FunctionRunLog {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly function: string;
  /** The distribution's id. */
  readonly distribution: string;
  readonly requestId: string;
  readonly lines: readonly string[];
  /** Why it failed; absent where it did not. */
  readonly error?: string;
  /** Of the function's source, from 1 on: where what failed was made; absent where that is not known. */
  readonly line?: number;
  /** Whether it was a connection function: then `requestId` is the connection's. */
  readonly isOfConnection?: true;
  /** The name of the node that it ran at, where several are asked. */
  readonly node?: string;
}

/**
 * Where to go on. Of a node's own files: how much of each was read, by its name, in bytes. Where several nodes are
 * asked: when it was read last, in milliseconds since the epoch, by the name of the follower.
 */
export type LogPosition = Readonly<Record<string, number>>;

export interface FunctionLogQuery {
  readonly name: string | undefined;
  readonly distribution: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** What a line must hold. */
  readonly grep: string | undefined;
  readonly after: LogPosition;
}

export interface FunctionLogPage {
  readonly runs: readonly FunctionRunLog[];
  readonly next: LogPosition;
  /** Whether more is there already. */
  readonly hasMore: boolean;
  /** Runs that were told and did not arrive since the page before; absent where there were none. */
  readonly lost?: number;
  /** The names of nodes that did not answer in time; absent where there were none, and on later pages. */
  readonly unanswered?: readonly string[];
}

/** Undefined on a node that serves no viewers, and has no others on its log. */
export type ReadFunctionLogs = ((query: FunctionLogQuery) => Promise<FunctionLogPage>) | undefined;

const names = ["function", "distribution", "since", "grep", "after"];

/** @throws InvalidArgument, when the query says what it can't */
export async function listFunctionLogs(query: string, read: ReadFunctionLogs): Promise<object> {
  return described(await requireReader(read)(queryOf(query)));
}

/** @returns the first page, and those that follow it, whenever they are asked for */
export async function followFunctionLogs(
  query: string,
  read: ReadFunctionLogs,
): Promise<LiveReading> {
  const reader = requireReader(read);
  const wanted = queryOf(query);
  const first = await reader(wanted);
  let after = first.next;
  return {
    first: described(first),
    next: async () => {
      const page = await reader({ ...wanted, after });
      after = page.next;
      const { runs, hasMore, lost } = page;
      return { data: described(page), isNews: runs.length > 0 || lost !== undefined, hasMore };
    },
  };
}

function requireReader(read: ReadFunctionLogs): NonNullable<ReadFunctionLogs> {
  if (read === undefined) {
    throw new ApiError(
      "InvalidArgument",
      "This node serves no viewers, so no function has run, and its log is not shared with edges: ask a node of `footlight start`",
    );
  }
  return read;
}

function queryOf(query: string): FunctionLogQuery {
  const given = parseQuery(query);
  const unknown = given.keys().find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgument(`There is no parameter "${unknown}": it takes ${names.join(", ")}`);
  }
  return {
    name: given.get("function"),
    distribution: given.get("distribution"),
    since: sinceOf(given.get("since")),
    grep: given.get("grep"),
    after: positionOf(given.get("after")),
  };
}

function described({ runs, next, hasMore, lost, unanswered }: FunctionLogPage): object {
  return {
    items: runs.map(({ at, requestId, isOfConnection, ...run }) => ({
      ...{ at: new Date(at).toISOString(), request_id: requestId },
      ...run,
      ...(isOfConnection && { is_of_connection: true }),
    })),
    next_marker: Buffer.from(JSON.stringify(next)).toString("base64url"),
    has_more: hasMore,
    ...(lost !== undefined && { lost }),
    ...(unanswered !== undefined && { unanswered }),
  };
}

function sinceOf(given: string | undefined): number {
  if (given === undefined) return 0;
  const at = Date.parse(given);
  if (Number.isNaN(at)) {
    throw new InvalidArgument(`since must be a time like 2026-01-02T03:04:05Z, got "${given}"`);
  }
  return at;
}

function positionOf(given: string | undefined): LogPosition {
  if (given === undefined) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(given, "base64url").toString());
    if (typeof value === "object" && value !== null && Object.values(value).every(isOffset)) {
      return value as LogPosition;
    }
  } catch {
    // Said below.
  }
  throw new InvalidArgument(`after must be the next_marker of the page before, got "${given}"`);
}

function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
