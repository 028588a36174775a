/**
 * The member `expect` of an event's file: what must hold of the result when a function has run on it.
 *
 * What it does not name may be anything; `output` names all.
 */
import { EventFileError } from "./event-file-error.ts";
import {
  textProblem,
  valuesProblem,
  type ExpectedText,
  type ExpectedValues,
} from "./expected-text.ts";
import { isObject, kindOf, type JsonObject } from "./read-json-file.ts";

export type ExpectedMap = Readonly<Record<string, ExpectedValues>>;

export interface Expectation {
  /** What the function returns: the request, or a response. */
  readonly result?: "request" | "response";
  /** The response's status code. */
  readonly status?: number;
  readonly statusDescription?: ExpectedText;
  /** The request's path. */
  readonly uri?: ExpectedText;
  /** The request's parameters, by name. */
  readonly query?: ExpectedMap;
  /** By name, in lower case. */
  readonly headers?: ExpectedMap;
  /** By name. A text without a ";" is compared with the value alone, one with it with value and attributes. */
  readonly cookies?: ExpectedMap;
  /** The response's body, as text. */
  readonly body?: ExpectedText;
  /** The whole result, as TestFunction prints it: `{"request": {…}}` or `{"response": {…}}`. */
  readonly output?: JsonObject;
  /** What the error's message contains: the run must fail. */
  readonly error?: ExpectedText;
  /** One for each console.log, in order. */
  readonly logs?: readonly ExpectedText[];
  /** 0 to 100: more is a failure. */
  readonly maxUtilization?: number;
  /** What the edge would do with the result: any members of its verdict. */
  readonly edge?: JsonObject;
}

/** @returns what is wrong, as a clause; undefined when nothing is */
type Check = (value: unknown) => string | undefined;

const checks: Readonly<Record<keyof Expectation, Check>> = {
  result: (value) =>
    value === "request" || value === "response"
      ? undefined
      : `must be "request" or "response", got ${kindOf(value)}`,
  status: wholeNumber(100, 599),
  statusDescription: textProblem,
  uri: textProblem,
  query: mapProblem,
  headers: (value) => mapProblem(value) ?? lowerCaseProblem(value),
  cookies: mapProblem,
  body: textProblem,
  output: (value) =>
    isObject(value) &&
    Object.keys(value).length === 1 &&
    ("request" in value || "response" in value)
      ? undefined
      : `must be {"request": {…}} or {"response": {…}}, as TestFunction prints it, got ${kindOf(value)}`,
  error: textProblem,
  logs: (value) =>
    Array.isArray(value)
      ? value.map(textProblem).find((problem) => problem !== undefined)
      : `must be a list with a text for each console.log, got ${kindOf(value)}`,
  maxUtilization: wholeNumber(0, 100),
  edge: edgeProblem,
};

const verdictMembers = [
  ...["does", "status", "result", "page", "because"],
  ...["method", "target", "origins", "note"],
];

/** What people write who know the event's shape. */
const meant: Readonly<Record<string, keyof Expectation>> = {
  statusCode: "status",
  querystring: "query",
  utilization: "maxUtilization",
  computeUtilization: "maxUtilization",
  errorMessage: "error",
  log: "logs",
  request: "output",
  response: "output",
};

const ofRequests = ["uri", "query"] as const;
const ofResponses = ["status", "statusDescription", "body"] as const;
const ofResults = [
  ...ofRequests,
  ...ofResponses,
  "headers",
  "cookies",
  "output",
  "result",
] as const;

/** @throws EventFileError, naming the member that is unknown or wrong */
export function readExpectation(file: string, value: unknown): Expectation {
  if (!isObject(value)) {
    throw new EventFileError(file, `has an expect that is ${kindOf(value)}, and no object`);
  }
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(checks, name)) {
      const hint = Object.hasOwn(meant, name)
        ? `write ${meant[name]}`
        : `it takes ${Object.keys(checks).join(", ")}`;
      throw new EventFileError(file, `has an unknown member expect.${name}: ${hint}`);
    }
    const problem = checks[name as keyof Expectation](given);
    if (problem !== undefined)
      throw new EventFileError(file, `is wrong: expect.${name} ${problem}`);
  }
  const expectation = value as Expectation;
  const contradiction = contradictionIn(expectation);
  if (contradiction !== undefined) throw new EventFileError(file, `is wrong: ${contradiction}`);
  return expectation;
}

/** Which kind of result an expectation is about; undefined where it is about either. */
export function expectedKind(expectation: Expectation): "request" | "response" | undefined {
  const { result } = expectation;
  if (result !== undefined) return result;
  if (ofRequests.some((name) => expectation[name] !== undefined)) return "request";
  return ofResponses.some((name) => expectation[name] !== undefined) ? "response" : undefined;
}

function contradictionIn(expectation: Expectation): string | undefined {
  const has = (name: keyof Expectation): boolean => expectation[name] !== undefined;
  const [ofRequest, ofResponse, ofResult] = [ofRequests, ofResponses, ofResults].map((names) =>
    names.find(has),
  );
  if (has("error") && ofResult !== undefined) {
    return `expect.error says that the run fails, and expect.${ofResult} what it returns`;
  }
  const kind = expectedKind(expectation);
  const other = kind === "request" ? ofResponse : kind === "response" ? ofRequest : undefined;
  if (other === undefined) return undefined;
  return `expect.${other} is of a ${kind === "request" ? "response" : "request"}, and the rest of a ${kind}`;
}

function wholeNumber(minimum: number, maximum: number): Check {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum
      ? undefined
      : `must be a whole number from ${minimum} to ${maximum}, got ${kindOf(value)}`;
}

function mapProblem(value: unknown): string | undefined {
  if (!isObject(value)) return `must be an object of names and values, got ${kindOf(value)}`;
  for (const [name, values] of Object.entries(value)) {
    if (isObject(values) && typeof values["value"] === "string") {
      return `gives "${name}" in the event's shape: write its value alone, ${JSON.stringify(values["value"])}`;
    }
    const problem = valuesProblem(values);
    if (problem !== undefined) return `is wrong at "${name}": it ${problem}`;
  }
  return undefined;
}

function lowerCaseProblem(value: unknown): string | undefined {
  const name = Object.keys(value as JsonObject).find((each) => each !== each.toLowerCase());
  return name && `names "${name}": names of headers are in lower case, "${name.toLowerCase()}"`;
}

function edgeProblem(value: unknown): string | undefined {
  if (!isObject(value)) return `must be an object like {"does": "ask"}, got ${kindOf(value)}`;
  const unknown = Object.keys(value).find((name) => !verdictMembers.includes(name));
  return unknown && `has no "${unknown}": it takes ${verdictMembers.join(", ")}`;
}
