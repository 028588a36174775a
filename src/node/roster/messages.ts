/**
 * The messages of the side channel by which control nodes learn how far everyone is.
 *
 *   ask              a control node to one node of each circle, whoever the server picks
 *   collect.CIRCLE   that one to all of its circle
 *   answer.ID        each of them back to it
 *   report.CIRCLE    that one to all control nodes, for all of its circle
 *
 * So a question costs a control node one message out and one back a circle, however many nodes there
 * are in it; and who gathers is drawn anew each time, so nobody leads.
 */
import { hash } from "node:crypto";
import { isNodeReport, type NodeReport } from "./node-report.ts";

export interface Question {
  /** Who asked, and its count: what answers are told apart by. */
  readonly round: string;
  /** Nodes answer when they have applied it, or after `waitMs`. */
  readonly revision: number;
  readonly head: string;
  readonly waitMs: number;
  /** Whether all are to be told in full, rather than those alone that are not as asked. */
  readonly full: boolean;
  /** By circle, how many are known to live: once that many have answered, there is no more to wait for. */
  readonly expected: Readonly<Record<string, number>>;
}

/** What one of a circle asks the others. */
export interface Collection extends Pick<Question, "round" | "revision" | "waitMs"> {
  /** The id of who gathers. */
  readonly at: string;
}

export interface Answer {
  readonly round: string;
  readonly node: NodeReport;
}

export interface Report {
  /** Absent where a node tells of itself without having been asked. */
  readonly round?: string;
  readonly revision?: number;
  /** Those that are as asked and not among `nodes`. */
  readonly asAsked?: { readonly digest: string };
  readonly nodes: readonly NodeReport[];
  /** The id of a node that ends. */
  readonly left?: string;
}

/** The same for the same nodes, in whatever order. */
export function digestOf(ids: Iterable<string>): string {
  return hash("sha256", [...ids].toSorted().join("\n"), "hex").slice(0, 16);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeMessage(message: Question | Collection | Answer | Report): Uint8Array {
  return encoder.encode(JSON.stringify(message));
}

type Members = Readonly<Record<string, unknown>>;

/** @returns undefined for what is no such message: anyone on the server may send one */
export function decodeQuestion(bytes: Uint8Array): Question | undefined {
  const members = parse(bytes);
  const { round, revision, head, waitMs, full, expected } = members;
  if (typeof round !== "string" || !isCount(revision) || !isCount(waitMs)) return undefined;
  if (typeof head !== "string" || typeof full !== "boolean" || !isCounts(expected))
    return undefined;
  return { round, revision, head, waitMs, full, expected };
}

export function decodeCollection(bytes: Uint8Array): Collection | undefined {
  const { round, revision, waitMs, at } = parse(bytes);
  if (typeof round !== "string" || !isCount(revision) || !isCount(waitMs)) return undefined;
  return typeof at === "string" ? { round, revision, waitMs, at } : undefined;
}

export function decodeAnswer(bytes: Uint8Array): Answer | undefined {
  const { round, node } = parse(bytes);
  return typeof round === "string" && isNodeReport(node) ? { round, node } : undefined;
}

export function decodeReport(bytes: Uint8Array): Report | undefined {
  const { round, revision, asAsked, nodes, left } = parse(bytes);
  if (!Array.isArray(nodes) || !nodes.every(isNodeReport)) return undefined;
  const digest = isMembers(asAsked) ? asAsked["digest"] : undefined;
  return {
    nodes,
    ...(typeof round === "string" && { round }),
    ...(isCount(revision) && { revision }),
    ...(typeof digest === "string" && { asAsked: { digest } }),
    ...(typeof left === "string" && { left }),
  };
}

function parse(bytes: Uint8Array): Members {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return isMembers(value) ? value : {};
  } catch {
    return {};
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCounts(value: unknown): value is Readonly<Record<string, number>> {
  return isMembers(value) && Object.values(value).every(isCount);
}
