/** How a run came out otherwise than an event's file expects. */
import { isDeepStrictEqual } from "node:util";
import type { TestRun } from "../runtime/function-runtime.ts";
import type {
  EventEntry,
  EventMap,
  RequestObject,
  ResponseObject,
} from "../runtime/testing/short-event.ts";
import type { EdgeVerdict } from "../runtime/verdict.ts";
import { expectedKind, type Expectation, type ExpectedMap } from "./expectation.ts";
import { fits, shownText, type ExpectedText } from "./expected-text.ts";
import { isObject } from "./read-json-file.ts";

export interface Difference {
  /** What it is about, like `headers.location`. */
  readonly at: string;
  /** As a person reads it, like `"/new"` or `nothing`. */
  readonly expected: string;
  readonly actual: string;
}

export interface RunToCompare {
  readonly test: TestRun;
  readonly edge: EdgeVerdict;
}

/** TestFunction's output. */
export interface Output {
  readonly request?: RequestObject;
  readonly response?: ResponseObject;
}

/**
 * @param expectation without one a run is only to succeed, and the edge not to refuse its result
 * @returns nothing where the run is as expected
 */
export function findDifferences(
  expectation: Expectation | undefined,
  run: RunToCompare,
): Difference[] {
  const { test } = run;
  const { logs, maxUtilization, error } = expectation ?? {};
  const found =
    test.errorMessage === "" && error === undefined
      ? [...resultDifferences(expectation ?? {}, run), ...verdictDifferences(expectation, run)]
      : [...errorDifferences(error, test), ...verdictDifferences(expectation, run)];
  if (logs !== undefined) found.push(...listDifferences("logs", logs, test.logs));
  if (maxUtilization !== undefined && test.computeUtilization > maxUtilization) {
    found.push({
      at: "utilization",
      expected: `at most ${maxUtilization}`,
      actual: String(test.computeUtilization),
    });
  }
  return found;
}

/** @param error is contained in the message, before which CloudFront puts a sentence of its own */
function errorDifferences(
  error: ExpectedText | undefined,
  { errorMessage }: TestRun,
): Difference[] {
  if (error === undefined) {
    return [{ at: "error", expected: "none", actual: JSON.stringify(errorMessage) }];
  }
  const isAsExpected =
    errorMessage !== "" &&
    (typeof error === "string" ? errorMessage.includes(error) : fits(error, errorMessage));
  if (isAsExpected) return [];
  return [
    {
      at: "error",
      expected: shownText(error),
      actual: errorMessage === "" ? "none" : JSON.stringify(errorMessage),
    },
  ];
}

/** Where nothing is said of the edge or of an error, its refusal is a fault: viewers get an error page. */
function verdictDifferences(
  expectation: Expectation | undefined,
  { test, edge }: RunToCompare,
): Difference[] {
  const expected = expectation?.edge;
  if (expected !== undefined) {
    return Object.entries(expected)
      .filter(([name, value]) => !isDeepStrictEqual(edge[name as keyof EdgeVerdict], value))
      .map(([name, value]) => ({
        at: `edge.${name}`,
        expected: shown(value),
        actual: shown(edge[name as keyof EdgeVerdict]),
      }));
  }
  // Of what fails in TestFunction too, the error is told already.
  if (edge.does !== "refuse" || test.errorMessage !== "" || expectation?.error) return [];
  return [
    { at: "edge", expected: "not refused", actual: `${edge.status}, because ${edge.because}` },
  ];
}

function resultDifferences(expectation: Expectation, { test }: RunToCompare): Difference[] {
  const output = JSON.parse(test.output) as Output;
  const kind = output.request ? "request" : "response";
  const found: Difference[] = [];
  const wanted = expectedKind(expectation);
  if (wanted !== undefined && wanted !== kind) {
    return [{ at: "result", expected: `a ${wanted}`, actual: describeResult(output) }];
  }
  const { request, response } = output;
  const result = request ?? response;
  const { uri, status, statusDescription, body, query, headers, cookies } = expectation;
  if (request) {
    found.push(...textDifferences("uri", uri, request.uri));
    found.push(...mapDifferences("query", query, queryOf(request)));
  } else if (response) {
    if (status !== undefined && status !== response.statusCode) {
      found.push({ at: "status", expected: String(status), actual: String(response.statusCode) });
    }
    found.push(
      ...textDifferences("statusDescription", statusDescription, response.statusDescription),
      ...textDifferences("body", body, bodyOf(response)),
    );
  }
  found.push(...mapDifferences("headers", headers, result?.headers));
  found.push(...mapDifferences("cookies", cookies, result?.cookies));
  if (expectation.output) found.push(...deepDifferences("output", expectation.output, output));
  return found;
}

function describeResult({ request, response }: Output): string {
  if (request) return `a request, ${request.method} ${request.uri}`;
  return `a response, ${response?.statusCode ?? "without a status"}`;
}

function textDifferences(
  at: string,
  expected: ExpectedText | undefined,
  actual: string | undefined,
): Difference[] {
  if (expected === undefined || (actual !== undefined && fits(expected, actual))) return [];
  return [{ at, expected: shownText(expected), actual: shown(actual) }];
}

function listDifferences(
  at: string,
  expected: readonly ExpectedText[],
  actual: readonly string[],
): Difference[] {
  const isSame =
    expected.length === actual.length &&
    expected.every((text, index) => fits(text, actual[index]!));
  if (isSame) return [];
  return [
    { at, expected: `[${expected.map(shownText).join(", ")}]`, actual: JSON.stringify(actual) },
  ];
}

function mapDifferences(
  at: string,
  expected: ExpectedMap | undefined,
  actual: EventMap = {},
): Difference[] {
  return Object.entries(expected ?? {}).flatMap(([name, wanted]): Difference[] => {
    const place = `${at}.${name}`;
    const entry = Object.hasOwn(actual, name) ? actual[name] : undefined;
    const entries = entry && (entry.multiValue ?? [entry]);
    if (wanted === null) {
      if (entries === undefined) return [];
      return [{ at: place, expected: "nothing", actual: shownEntries(entries) }];
    }
    const list = (Array.isArray(wanted) ? wanted : [wanted]) as readonly ExpectedText[];
    const fitsAll =
      entries?.length === list.length &&
      list.every((text, index) => fits(text, valueFor(text, entries[index]!)));
    if (fitsAll) return [];
    const texts = list.map(shownText).join(", ");
    return [
      {
        at: place,
        expected: list.length === 1 ? texts : `[${texts}]`,
        actual: entries ? shownEntries(entries) : "nothing",
      },
    ];
  });
}

/** A response's cookie is compared with its attributes where the expectation names some. */
function valueFor(expected: ExpectedText, entry: EventEntry): string {
  const text = typeof expected === "string" ? expected : expected.matches;
  return text.includes(";") ? withAttributes(entry) : entry.value;
}

export function withAttributes({ value, attributes }: EventEntry): string {
  return attributes ? `${value}; ${attributes}` : value;
}

function shownEntries(entries: readonly EventEntry[]): string {
  const texts = entries.map((entry) => JSON.stringify(withAttributes(entry)));
  return texts.length === 1 ? texts[0]! : `[${texts.join(", ")}]`;
}

/** A function may have put a text in the place of its parameters. */
export function queryOf({ querystring }: RequestObject): EventMap {
  if (typeof querystring !== "string") return querystring;
  const lists = new Map<string, EventEntry[]>();
  for (const pair of querystring.split("&").filter((text) => text !== "")) {
    const [name = "", ...rest] = pair.split("=");
    lists.set(name, [...(lists.get(name) ?? []), { value: rest.join("=") }]);
  }
  return Object.fromEntries(
    [...lists].map(([name, [first, ...others]]) => [
      name,
      others.length === 0 ? first! : { ...first!, multiValue: [first!, ...others] },
    ]),
  );
}

export function bodyOf({ body }: ResponseObject): string | undefined {
  if (body === undefined || typeof body === "string") return body;
  return body.encoding === "base64" ? Buffer.from(body.data, "base64").toString() : body.data;
}

/** Differences of two JSON values, member by member. */
function deepDifferences(at: string, expected: unknown, actual: unknown): Difference[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  if (!isObject(expected) || !isObject(actual)) {
    return [{ at, expected: shown(expected), actual: shown(actual) }];
  }
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...names].flatMap((name) =>
    deepDifferences(`${at}.${name}`, expected[name], actual[name]),
  );
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
