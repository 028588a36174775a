/**
 * The messages by which a control node learns how the versions of a function ran at the edges on its log.
 *
 *   runs.ask           a control node to all edges, when somebody asks it
 *   runs.told.CIRCLE   an edge to who asked
 */
import type { CountedVersion } from "../../control/function-versions/runs-call.ts";

export interface RunsQuestion {
  /** Told with the answer, so that whoever asked knows it for its own. */
  readonly asked: string;
  /** The function's. */
  readonly name: string;
}

export interface RunsAnswer {
  readonly asked: string;
  /** The node's identifier. */
  readonly node: string;
  /** When the function was made LIVE first that they are of: ISO 8601, UTC; "" where none ran. */
  readonly since: string;
  readonly versions: readonly CountedVersion[];
}

export function encodeRunsMessage(message: RunsQuestion | RunsAnswer): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

/** @returns undefined for what is no such message: anyone on the server may send one */
export function decodeRunsQuestion(bytes: Uint8Array): RunsQuestion | undefined {
  const { asked, name } = parse(bytes);
  return isShort(asked) && isShort(name) ? { asked, name } : undefined;
}

/** @returns undefined for what is no such message */
export function decodeRunsAnswer(bytes: Uint8Array): RunsAnswer | undefined {
  const { asked, node, since, versions } = parse(bytes);
  if (!isShort(asked) || !isShort(node) || !isShort(since) || !Array.isArray(versions)) {
    return undefined;
  }
  return versions.every(isCounted) ? { asked, node, since, versions } : undefined;
}

function isCounted(value: unknown): value is CountedVersion {
  const { version, invocations, errors, utilization } = membersOf(value);
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && Number(count) >= 0;
  return (
    [version, invocations, errors].every(isCount) &&
    typeof utilization === "number" &&
    utilization >= 0
  );
}

function isShort(value: unknown): value is string {
  return typeof value === "string" && value.length <= 200;
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return membersOf(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return {};
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
