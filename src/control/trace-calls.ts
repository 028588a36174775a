/**
 * The calls under `/footlight/v1/traces`: which requests came, and the way of one of them. What they answer
 * comes from the edge workers of this node.
 */
import { ApiError, InvalidArgument } from "../model/errors.ts";
import { parseQuery } from "../wire/query.ts";
import { inSnakeCase } from "./cache-calls.ts";
import type { LivePage, LiveReading } from "./live-answer.ts";

/** All that is given must hold. */
export interface TraceFilter {
  readonly id?: string;
  readonly host?: string;
  readonly path?: string;
  readonly status?: number;
  /** Exact, but for `Hit` and `Error`, which stand for all of their kind. */
  readonly result?: string;
  readonly owner?: string;
  readonly function?: string;
  /** A path pattern. */
  readonly behavior?: string;
  readonly country?: string;
  /** What was written since. */
  readonly after?: TraceMark;
  readonly limit: number;
}

/** How far somebody has read. */
interface TraceMark {
  readonly numbering: string;
  readonly number: number;
}

interface ListedTrace {
  readonly id: string;
  readonly at: number;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
  readonly result: string;
  readonly tookMs: number;
  readonly owners: readonly string[];
  readonly functions: readonly string[];
  readonly behavior?: string;
  readonly country?: string;
}

interface Traces {
  readonly items: readonly ListedTrace[];
  readonly text?: string;
  readonly kept: number;
  readonly lost: number;
  readonly mark: TraceMark;
  /** How many came after the mark that was given, and are not among the items. */
  readonly missed: number;
}

/** What the workers have; undefined where it can't be read. */
export interface TraceReport {
  readonly list: (filter: TraceFilter) => Promise<Traces | undefined>;
  /** As far as it is written by now, without anybody waiting for it: for who asks again and again. */
  readonly follow: (filter: TraceFilter) => Promise<Traces | undefined>;
  /** The newest that matches, with its text. */
  readonly find: (filter: Omit<TraceFilter, "limit">) => Promise<Traces | undefined>;
}

const limitMax = 1000;

export async function listTraces(query: string, traces: TraceReport | undefined): Promise<object> {
  const given = parseQuery(query);
  const limit = wholeNumber("limit", given.get("limit") ?? "20", 1, limitMax);
  const filter = { ...readFilter(given, ["limit"]), limit };
  const { items, kept, lost } = await answered(requireTraces(traces).list(filter));
  return { kept, lost, items: items.map(described) };
}

/** @returns the newest that match, or what came after a mark; and what comes after that, whenever it is asked for */
export async function followTraces(
  query: string,
  traces: TraceReport | undefined,
): Promise<LiveReading> {
  const given = parseQuery(query);
  const limit = wholeNumber("limit", given.get("limit") ?? "20", 1, limitMax);
  const filter = { ...readFilter(given, ["limit", "after"]), limit };
  const { follow } = requireTraces(traces);
  let after = readMark(given.get("after"));
  const read = async (): Promise<LivePage | undefined> => {
    const found = await follow({ ...filter, ...(after && { after }) });
    if (found === undefined) return undefined;
    const { items, kept, lost, mark, missed } = found;
    after = mark;
    const data = { kept, lost, missed, items: items.map(described), next_marker: markerOf(mark) };
    return { data, isNews: items.length > 0 || missed > 0 };
  };
  const first = await read();
  if (first === undefined) throw unreadable();
  return { first: first.data, next: read };
}

function described({ at, owners, ...rest }: ListedTrace): object {
  return { ...inSnakeCase(rest), at: new Date(at).toISOString(), distributions: owners };
}

function markerOf({ numbering, number }: TraceMark): string {
  return `${numbering}-${number}`;
}

function readMark(given: string | undefined): TraceMark | undefined {
  if (given === undefined) return undefined;
  const [, numbering, number] = /^([0-9A-F]{16})-(\d{1,15})$/.exec(given) ?? [];
  if (numbering !== undefined) return { numbering, number: Number(number) };
  throw new InvalidArgument(`after must be the next_marker of a line before, got "${given}"`);
}

export async function readTrace(query: string, traces: TraceReport | undefined): Promise<object> {
  const filter = readFilter(parseQuery(query), []);
  if (Object.keys(filter).length === 0) {
    throw new InvalidArgument(`A request is named by one of ${filterNames.join(", ")}`);
  }
  const { text, kept, lost } = await answered(requireTraces(traces).find(filter));
  if (text === undefined) throw new NoSuchTrace(kept, lost);
  return inSnakeCase(JSON.parse(text) as object);
}

/** No request like that is kept, for reasons that the message tells of. */
class NoSuchTrace extends ApiError {
  constructor(kept: number, lost: number) {
    const missed = lost === 0 ? "" : `; ${lost} more came faster than they could be written down`;
    super(
      "NoSuchResource",
      `No such request is kept: the newest ${kept} are, no longer than a day${missed}`,
    );
  }
}

const filterNames = [
  ...(["id", "host", "path", "status", "result", "distribution", "function"] as const),
  ...(["behavior", "country"] as const),
];

function readFilter(
  given: ReadonlyMap<string, string>,
  others: readonly string[],
): Omit<TraceFilter, "limit"> {
  const names: readonly string[] = [...filterNames, ...others];
  const unknown = given.keys().find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgument(`There is no parameter "${unknown}": it takes ${names.join(", ")}`);
  }
  const [id, host, path] = [given.get("id"), given.get("host"), given.get("path")];
  const [status, owner, name] = [
    given.get("status"),
    given.get("distribution"),
    given.get("function"),
  ];
  const [behavior, country] = [given.get("behavior"), given.get("country")];
  const result = given.get("result");
  if (country !== undefined && !/^[a-z]{2}$/i.test(country)) {
    throw new InvalidArgument(`country must be two letters like DE, got "${country}"`);
  }
  return {
    ...(id !== undefined && { id }),
    ...(host !== undefined && { host: host.replace(/:\d*$/, "").toLowerCase() }),
    ...(path !== undefined && { path }),
    ...(status !== undefined && { status: wholeNumber("status", status, 0, 999) }),
    ...(result !== undefined && { result }),
    ...(owner !== undefined && { owner }),
    ...(name !== undefined && { function: name }),
    ...(behavior !== undefined && { behavior }),
    ...(country !== undefined && { country: country.toUpperCase() }),
  };
}

/** @throws InvalidArgument, naming the parameter and the value */
function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new InvalidArgument(`${name} must be a whole number from ${min} to ${max}, got "${text}"`);
}

function requireTraces(traces: TraceReport | undefined): TraceReport {
  if (traces !== undefined) return traces;
  throw new InvalidArgument(
    "This node keeps no traces: start it with `footlight start --traces on`, which is the default where the edge listens on loopback",
  );
}

async function answered(answer: Promise<Traces | undefined>): Promise<Traces> {
  const found = await answer;
  if (found !== undefined) return found;
  throw unreadable();
}

function unreadable(): Error {
  return new Error("No edge worker could read the traces");
}
