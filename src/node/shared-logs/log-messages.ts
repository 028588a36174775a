/**
 * The messages by which a control node has lines of function logs from the edges on its log.
 *
 *   logs.ask            a control node to all edges, again every two seconds as long as somebody follows
 *   logs.lines.CIRCLE   an edge to who asked, as functions run
 */
import type { FunctionRunLog } from "../../control/log-calls.ts";

export interface LogQuestion {
  /** Whoever follows: what is told is told for it. */
  readonly follower: string;
  readonly name?: string;
  readonly distribution?: string;
  readonly grep?: string;
  /** Milliseconds since the epoch: an edge that has not heard of the follower yet begins there. */
  readonly since: number;
}

export interface LogLines {
  readonly follower: string;
  /** The node's identifier, and its name for people. */
  readonly node: string;
  readonly name: string;
  /** How many runs it has told this follower of before. */
  readonly before: number;
  readonly runs: readonly FunctionRunLog[];
  /** Whether it has told of all that it keeps. */
  readonly isAll: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Longer texts are no filters. */
const filterMax = 1024;

export function encodeLogMessage(message: LogQuestion | LogLines): Uint8Array {
  return encoder.encode(JSON.stringify(message));
}

/** @returns undefined for what is no such message: anyone on the server may send one */
export function decodeLogQuestion(bytes: Uint8Array): LogQuestion | undefined {
  const { follower, since, name, distribution, grep } = parse(bytes);
  if (!isShort(follower) || !isCount(since)) return undefined;
  return {
    ...{ follower, since },
    ...(isShort(name) && { name }),
    ...(isShort(distribution) && { distribution }),
    ...(isShort(grep) && { grep }),
  };
}

export function decodeLogLines(bytes: Uint8Array): LogLines | undefined {
  const { follower, node, name, before, runs, isAll } = parse(bytes);
  if (!isShort(follower) || !isShort(node) || !isShort(name) || !isCount(before)) return undefined;
  if (!Array.isArray(runs) || !runs.every(isRun) || typeof isAll !== "boolean") return undefined;
  return { follower, node, name, before, runs, isAll };
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return isMembers(value) ? value : {};
  } catch {
    return {};
  }
}

function isRun(value: unknown): value is FunctionRunLog {
  if (!isMembers(value)) return false;
  const { at, lines, error, line, isOfConnection } = value;
  return (
    isCount(at) &&
    ["function", "distribution", "requestId"].every((name) => typeof value[name] === "string") &&
    Array.isArray(lines) &&
    lines.every((each) => typeof each === "string") &&
    ["string", "undefined"].includes(typeof error) &&
    ["number", "undefined"].includes(typeof line) &&
    [true, undefined].includes(isOfConnection as true | undefined)
  );
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isShort(value: unknown): value is string {
  return typeof value === "string" && value.length <= filterMax;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
