/** What functions print and why they fail, in the data folder: workers write it, the first process reads it. */
import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import type { FunctionLogPage, FunctionLogQuery, FunctionRunLog } from "../control/log-calls.ts";
import { BufferedLines } from "../delivery/buffered-lines.ts";
import { Budget } from "../delivery/budget.ts";
import { Losses } from "../delivery/losses.ts";
import { segmentsIn, SegmentedFiles } from "../delivery/segmented-files.ts";
import type { ConnectionListener } from "../edge/record/connection-record.ts";
import {
  connectionFunctionLogListener,
  functionLogListener,
  type LoggedRun,
} from "../edge/record/function-log.ts";
import type { VisitListener } from "../edge/record/visit.ts";

const gatherMs = 250;
const waitingMax = 4 * 1024 * 1024;

/** Where a data folder has them. It can be deleted while the node is stopped. */
export function functionLogFolder(data: string): string {
  return join(data, "function-logs");
}

export interface OpenFunctionLogs {
  readonly visit: VisitListener;
  readonly connection: ConnectionListener;
  /** @returns how many lines were lost since this was last called */
  readonly takeLost: () => number;
  /** Writes what waits, and what can't be written goes on waiting. */
  readonly flush: () => Promise<void>;
  /** Writes what waits. */
  readonly close: () => Promise<void>;
}

export function openFunctionLogs(
  { data, logSecrets }: { readonly data: string; readonly logSecrets: string },
  logger: Logger,
): OpenFunctionLogs {
  const losses = new Losses(logger, "function logs");
  const { write } = new SegmentedFiles(functionLogFolder(data));
  const lines = new BufferedLines({ write, gatherMs, budget: new Budget(waitingMax), losses });
  const add = (run: LoggedRun): void => {
    lines.add(`${JSON.stringify(run)}\n`);
  };
  const masksSecrets = logSecrets !== "as-sent";
  return {
    visit: functionLogListener({ add, masksSecrets, now: Date.now }),
    connection: connectionFunctionLogListener({ add, now: Date.now }),
    takeLost: () => losses.take(),
    flush: () => lines.flush(),
    close: async () => {
      await lines.close();
      losses.tell();
    },
  };
}

/** @returns what reads those of a data folder */
export function functionLogReader(
  data: string,
): (query: FunctionLogQuery) => Promise<FunctionLogPage> {
  return (query) => readFunctionLogs(functionLogFolder(data), query);
}

/** Read of each file for a page, in bytes. A run's line is shorter. */
const pieceMax = 256 * 1024;
const pageMax = 1000;

interface Piece {
  readonly name: string;
  /** With where each ends in its file. */
  readonly runs: readonly (readonly [run: FunctionRunLog, end: number])[];
  /** Whether the file goes on. */
  readonly isPart: boolean;
}

/**
 * Reads a page of runs, in the order of their times. What workers have not written yet may be older than what
 * they have: it is on a later page.
 */
export async function readFunctionLogs(
  folder: string,
  query: FunctionLogQuery,
): Promise<FunctionLogPage> {
  const { after } = query;
  const pieces: Piece[] = [];
  for (const name of await segmentsIn(folder)) {
    const piece = await readPiece(folder, name, after[name] ?? 0);
    if (piece !== undefined) pieces.push(piece);
  }
  // Of a file that goes on nothing is known behind its piece: what is later elsewhere waits for that.
  const lastTimes = pieces
    .filter(({ isPart }) => isPart)
    .map(({ runs }) => runs.at(-1)?.[0].at ?? 0);
  const horizon = Math.min(Infinity, ...lastTimes);
  const all = pieces
    .flatMap(({ name, runs }) => runs.map(([run, end]) => ({ name, run, end })))
    .filter(({ run }) => run.at <= horizon)
    .toSorted((one, other) => one.run.at - other.run.at);
  const next: Record<string, number> = Object.fromEntries(
    pieces.map(({ name }) => [name, after[name] ?? 0]),
  );
  const runs: FunctionRunLog[] = [];
  let hasMore = lastTimes.length > 0;
  for (const { name, run, end } of all) {
    if (runs.length >= pageMax) {
      hasMore = true;
      break;
    }
    next[name] = Math.max(next[name] ?? 0, end);
    if (isWanted(run, query)) runs.push(run);
  }
  return { runs, next, hasMore };
}

function isWanted(run: FunctionRunLog, query: FunctionLogQuery): boolean {
  const { name, distribution, since, grep } = query;
  if (name !== undefined && run.function !== name) return false;
  if (distribution !== undefined && run.distribution !== distribution) return false;
  if (run.at < since) return false;
  if (grep === undefined) return true;
  return [run.requestId, run.error ?? "", ...run.lines].some((line) => line.includes(grep));
}

/**
 * Who follows asks several times a second, of dozens of files that are at their end: those are not opened.
 *
 * @returns undefined where the file is gone
 */
async function readPiece(folder: string, name: string, from: number): Promise<Piece | undefined> {
  const path = join(folder, name);
  // At once: to hand it to a thread costs ten times as much.
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  const length = Math.min(pieceMax, size - from);
  if (length <= 0) return { name, runs: [], isPart: false };
  let file;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await file.read(bytes, 0, length, from);
    const read = bytes.subarray(0, bytesRead);
    const runs: [FunctionRunLog, number][] = [];
    let at = 0;
    for (let end = read.indexOf(10); end >= 0; end = read.indexOf(10, at)) {
      const run = runIn(read.toString("utf8", at, end));
      at = end + 1;
      if (run !== undefined) runs.push([run, from + at]);
    }
    return { name, runs, isPart: bytesRead === pieceMax && runs.length > 0 };
  } finally {
    await file.close();
  }
}

/** @returns undefined where a line was broken off */
function runIn(line: string): FunctionRunLog | undefined {
  try {
    return JSON.parse(line) as FunctionRunLog;
  } catch {
    return undefined;
  }
}
