/** Plays a case in one reading, and says what went otherwise than it says. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { HttpCaching } from "../../src/edge/caching/keeping.ts";
import type { Asked, Reply } from "../edge/viewer-scene.ts";
import { readAs, type Case, type OriginAnswer, type Step } from "./case.ts";
import { stepHeader, type Stage } from "./stage.ts";

/** Longest wait for what goes on behind an answer. */
const waitMs = 5000;

/**
 * @param path the case's own
 * @returns what was not as the case says, of the first step where something was not
 */
export async function playCase(
  { origin, steps }: Case,
  path: string,
  reading: HttpCaching,
  stage: Stage,
): Promise<string | undefined> {
  stage.bodies.clear();
  stage.script.answer = answerOf(origin ?? {});
  const statuses = new Map<number, number>();
  for (const [index, step] of readAs(steps, reading).entries()) {
    const number = index + 1;
    if (step.origin !== undefined) stage.script.answer = answerOf(step.origin);
    stage.script.step = number;
    stage.pass(step.after ?? 0);
    if (step.invalidates !== undefined) {
      stage.invalidate(step.invalidates.map((each) => (each.startsWith("#") ? each : path + each)));
    }
    const deadline = Date.now() + waitMs;
    let faults: readonly string[];
    do {
      const before = stage.asked.length;
      const reply = await ask(step, path, stage);
      const isBehind = step.asks !== undefined && readAs(step.asks, reading) === "behind";
      while (isBehind && stage.asked.length === before && Date.now() < deadline) await aMoment();
      const asked = stage.asked.slice(before);
      if (asked.length > 0) statuses.set(number, stage.script.answer.status ?? 200);
      faults = faultsOf(step, { number, reading, reply, asked, statuses, stage });
      if (step.eventually === true) await aMoment();
    } while (faults.length > 0 && step.eventually === true && Date.now() < deadline);
    if (faults.length > 0) return `step ${number}: ${faults.join("; ")}`;
  }
  return undefined;
}

function answerOf(origin: OriginAnswer | readonly string[]): OriginAnswer {
  return isLines(origin) ? { lines: origin } : origin;
}

function isLines(origin: OriginAnswer | readonly string[]): origin is readonly string[] {
  return Array.isArray(origin);
}

function aMoment(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 2));
}

function ask(step: Step, path: string, stage: Stage): Promise<Reply> {
  const { method = "GET", version = "1.1", lines = [] } = step;
  const dated = lines.map((line) => stage.dated(line));
  return stage.ask(`${method} ${path}${step.path ?? ""} HTTP/${version}`, ...dated);
}

interface Happened {
  /** Of the step, from 1. */
  readonly number: number;
  readonly reading: HttpCaching;
  readonly reply: Reply;
  readonly asked: readonly Asked[];
  /** What the origin answered, by step. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly stage: Stage;
}

function faultsOf(step: Step, happened: Happened): string[] {
  const { number, reading, reply, asked, stage } = happened;
  const gets = readAs(step.gets, reading);
  const maker = gets === "new" ? number : gets;
  const faults: string[] = [];
  const check = (what: string, actual: unknown, expected: unknown) => {
    if (actual !== expected) faults.push(`${what} is ${said(actual)} and not ${said(expected)}`);
  };
  const told = reply.headers[stepHeader];
  check("the step it was made for", told, maker === "edge" ? undefined : String(maker));
  const isHinted = reply.text.startsWith("HTTP/1.1 103 ");
  check("whether a 103 goes first", isHinted, readAs(step.isHinted ?? false, reading));
  const wanted = step.asks === undefined ? gets === "new" : readAs(step.asks, reading);
  check("whether the origin was asked", asked.length > 0, wanted !== false);
  const status = statusOf(step, maker, happened);
  if (status !== undefined) check("the status", reply.status, status);
  const hasBody = step.method !== "HEAD" && reply.status !== 304;
  const body = step.body === undefined ? undefined : readAs(step.body, reading);
  const expected = hasBody ? (body ?? bodyOf(maker, reply, stage)) : "";
  if (expected !== undefined) check("the body", decoded(reply), expected);
  check("X-Cache", reply.headers["x-cache"], `${resultOf(step, wanted, happened)} from cloudfront`);
  for (const line of readAs(step.has ?? [], reading)) {
    const [name, value] = parted(line);
    check(name, reply.headers[name], value === "" ? undefined : stage.dated(value));
  }
  for (const line of typeof wanted === "object" ? wanted : []) {
    const [name, value] = parted(line);
    const got = asked.at(-1)?.headers[name];
    check(`the origin's ${name}`, got, value === "" ? undefined : stage.dated(value));
  }
  return faults;
}

function statusOf(
  step: Step,
  maker: number | "edge",
  { statuses, reading }: Happened,
): number | undefined {
  if (step.status !== undefined) return readAs(step.status, reading);
  return maker === "edge" ? undefined : statuses.get(maker);
}

/** @returns undefined where nothing is said about it: what the edge itself says, and parts */
function bodyOf(maker: number | "edge", { status }: Reply, { bodies }: Stage): string | undefined {
  return maker === "edge" || status === 206 ? undefined : bodies.get(maker);
}

type Wanted = boolean | "behind" | readonly string[];

function decoded({ headers, body }: Reply): string {
  const bytes = Buffer.from(body, "latin1");
  const coding = headers["content-encoding"];
  if (coding === "br") return brotliDecompressSync(bytes).toString("latin1");
  return coding === "gzip" ? gunzipSync(bytes).toString("latin1") : body;
}

function resultOf(step: Step, wanted: Wanted, happened: Happened): string {
  const { reading, reply, number, statuses } = happened;
  if (step.result !== undefined) return readAs(step.result, reading);
  if (reply.status >= 400) return "Error";
  if (readAs(step.gets, reading) === "new") return "Miss";
  const isInTime = wanted !== false && wanted !== "behind";
  return isInTime && statuses.get(number) === 304 ? "RefreshHit" : "Hit";
}

function parted(line: string): [lowerName: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function said(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
