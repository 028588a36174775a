/**
 * Writes what a run came to as what is expected of it, for a person to look at before they keep it.
 *
 * What an event's file expects already is changed only where the run differs. Without an expectation, what the function has
 * changed of the request, or what it answers, is expected: not what it only passes on.
 */
import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { replaceFile } from "../base/write-whole.ts";
import type { EventMap, RequestObject, ResponseObject } from "../runtime/testing/short-event.ts";
import {
  bodyOf,
  queryOf,
  withAttributes,
  type Difference,
  type Output,
  type RunToCompare,
} from "./differences.ts";
import { expectationFileOf, type EventFile } from "./event-file.ts";
import { parseJsonObject, readTextFile, type JsonObject } from "./read-json-file.ts";

/**
 * @param differences of the run, from what the file expects
 * @returns the file that was written; undefined where all is as expected
 * @throws Error, when it can't be written
 */
export function writeExpectation(
  event: EventFile,
  run: RunToCompare,
  differences: readonly Difference[],
): string | undefined {
  if (event.expect !== undefined && differences.length === 0) return undefined;
  const expect =
    event.expect === undefined || isOtherResult(differences)
      ? expectationOf(event, run)
      : updated(event.expect as JsonObject, run, differences);
  const file = fileOfExpectation(event.file);
  const text = existsSync(file) ? readTextFile(file) : "{}";
  replaceFile(file, jsonText({ ...parseJsonObject(file, text), expect }, text));
  return file;
}

/** Where it stands, or, where nothing of ours is in the event's file, beside it: that one stays AWS's to the letter. */
function fileOfExpectation(event: string): string {
  const beside = expectationFileOf(event);
  if (existsSync(beside)) return beside;
  const { expect, given } = parseJsonObject(event, readTextFile(event));
  return expect === undefined && given === undefined ? beside : event;
}

/** Whether the run ended in another way than was expected, so that nothing of the expectation is left. */
function isOtherResult(differences: readonly Difference[]): boolean {
  return differences.some(({ at }) => at === "result" || at === "error" || at === "edge");
}

function expectationOf({ event }: EventFile, { test, edge }: RunToCompare): JsonObject {
  if (test.errorMessage !== "") return { error: test.errorMessage };
  const { request, response } = JSON.parse(test.output) as Output;
  const refused = edge.does === "refuse" ? { edge: { does: "refuse", status: edge.status } } : {};
  if (request !== undefined) {
    const before = event.request;
    return {
      result: "request",
      uri: request.uri,
      ...changedMap("query", queryOf(filled(before)), queryOf(request)),
      ...changedMap("headers", before.headers, request.headers),
      ...changedMap("cookies", before.cookies, request.cookies),
      ...refused,
    };
  }
  const { response: before } = event;
  const body = response && bodyOf(response);
  return {
    ...(response && { status: response.statusCode }),
    ...changedMap("headers", before?.headers, response?.headers),
    ...changedMap("cookies", before?.cookies, response?.cookies),
    ...(body !== undefined && { body }),
    ...refused,
  };
}

/** A test event may leave maps out. */
function filled(request: Partial<RequestObject>): RequestObject {
  return { method: "", uri: "", querystring: {}, headers: {}, cookies: {}, ...request };
}

/** @returns the member with what is new or another, and null for what is gone; nothing where all is the same */
function changedMap(
  member: string,
  before: EventMap = {},
  after: EventMap = {},
): Record<string, JsonObject> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  if (changed.length === 0) return {};
  return { [member]: Object.fromEntries(changed.map((name) => [name, valuesOf(after, name)])) };
}

/** As an expectation has them: one text, several, or null for none. */
function valuesOf(map: EventMap | undefined, name: string): string | readonly string[] | null {
  const entry = map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
  if (entry === undefined) return null;
  const texts = (entry.multiValue ?? [entry]).map(withAttributes);
  return texts.length === 1 ? texts[0]! : texts;
}

function updated(
  expect: JsonObject,
  run: RunToCompare,
  differences: readonly Difference[],
): JsonObject {
  const next: Record<string, unknown> = { ...expect };
  const { test, edge } = run;
  const { request, response } =
    test.output === "" ? ({} as Output) : (JSON.parse(test.output) as Output);
  for (const { at } of differences) {
    const [place = "", ...rest] = at.split(".");
    const name = rest.join(".");
    switch (place) {
      case "query":
      case "headers":
      case "cookies":
        next[place] = {
          ...(next[place] as JsonObject),
          [name]: valuesOf(mapOf(place, request, response), name),
        };
        break;
      case "edge": {
        const { [name]: _gone, ...others } = next["edge"] as Record<string, unknown>;
        const value = (edge as unknown as JsonObject)[name];
        next["edge"] = value === undefined ? others : { ...others, [name]: value };
        break;
      }
      case "utilization":
        next["maxUtilization"] = test.computeUtilization;
        break;
      case "logs":
        next["logs"] = [...test.logs];
        break;
      case "output":
        next["output"] = JSON.parse(test.output);
        break;
      case "uri":
        next["uri"] = request?.uri;
        break;
      case "status":
        next["status"] = response?.statusCode;
        break;
      case "statusDescription":
        next["statusDescription"] = response?.statusDescription;
        break;
      case "body":
        next["body"] = response && bodyOf(response);
        break;
    }
  }
  return next;
}

function mapOf(
  place: "query" | "headers" | "cookies",
  request: RequestObject | undefined,
  response: ResponseObject | undefined,
): EventMap | undefined {
  if (place === "query") return request && queryOf(request);
  return (request ?? response)?.[place];
}

/** Indented as the text before was. */
function jsonText(value: JsonObject, before: string): string {
  const indent = /^\s*\{\r?\n([ \t]+)/.exec(before)?.[1] ?? "  ";
  return `${JSON.stringify(value, null, indent)}\n`;
}
