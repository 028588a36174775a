/**
 * The member `expect` of an event's file as lines of a form, and back (docs/testing.md says what it takes). What no line can
 * say, `output`, `edge` and what is not as it must be, is left as it is.
 */

/** What is said of texts: once, of names that may stand several times, or of a list in order. */
const texts = ["uri", "statusDescription", "body", "error"] as const;
const numbers = ["status", "maxUtilization"] as const;
const maps = ["query", "headers", "cookies"] as const;

export type Expected =
  | "result"
  | "logs"
  | (typeof texts)[number]
  | (typeof numbers)[number]
  | (typeof maps)[number];

/** As they are offered. */
export const expectedWords: Readonly<Record<Expected, string>> = {
  result: "Result",
  uri: "URI",
  query: "Query",
  headers: "Header",
  cookies: "Cookie",
  status: "Status",
  statusDescription: "Description",
  body: "Body",
  error: "Error",
  logs: "Log line",
  maxUtilization: "At most, %",
};

export interface ExpectedLine {
  readonly of: Expected;
  /** Of what has names. */
  readonly name: string;
  /** Whether the text is this, or a regular expression matches it; or nothing may stand under the name. */
  readonly how: "is" | "matches" | "absent";
  readonly value: string;
}

export function hasName(of: Expected): boolean {
  return isOneOf(maps, of);
}

export function isNumber(of: Expected): boolean {
  return isOneOf(numbers, of);
}

/** Whether it may be said more than once. */
export function mayRepeat(of: Expected): boolean {
  return of === "logs" || hasName(of);
}

/** A line to be filled in. */
export function newLine(of: Expected): ExpectedLine {
  const value =
    of === "result" ? "request" : of === "status" ? "200" : of === "maxUtilization" ? "50" : "";
  const name = of === "headers" ? "x-header" : hasName(of) ? "name" : "";
  return { of, name, how: "is", value };
}

type Members = Readonly<Record<string, unknown>>;

/** @returns the lines, and the members that are none */
export function linesOfExpected(expected: unknown): {
  readonly lines: readonly ExpectedLine[];
  readonly rest: Members;
} {
  const lines: ExpectedLine[] = [];
  const rest: (readonly [string, unknown])[] = [];
  for (const [member, value] of Object.entries(isObject(expected) ? expected : {})) {
    const read = linesOfMember(member as Expected, value);
    if (read === undefined) rest.push([member, value]);
    else lines.push(...read);
  }
  return { lines, rest: Object.fromEntries(rest) };
}

/** @returns undefined where nothing is expected */
export function expectedOf(lines: readonly ExpectedLine[], rest: Members): object | undefined {
  const expected: Record<string, unknown> = {};
  for (const line of lines) {
    const { of, name, value } = line;
    if (of === "logs") expected[of] = [...((expected[of] as unknown[]) ?? []), textOf(line)];
    else if (hasName(of)) {
      // A name may be that of a member which every object has.
      const map = new Map(Object.entries(expected[of] ?? {}));
      expected[of] = Object.fromEntries(map.set(name, withAnother(map.get(name), line)));
    } else if (isNumber(of)) expected[of] = Number(value);
    else expected[of] = of === "result" ? value : textOf(line);
  }
  const all = { ...expected, ...rest };
  return Object.keys(all).length === 0 ? undefined : all;
}

function withAnother(before: unknown, line: ExpectedLine): unknown {
  if (line.how === "absent" || before === null) return null;
  if (before === undefined) return textOf(line);
  return [...(Array.isArray(before) ? before : [before]), textOf(line)];
}

function textOf({ how, value }: ExpectedLine): unknown {
  return how === "matches" ? { matches: value } : value;
}

/** @returns undefined where a line can't say it */
function linesOfMember(of: Expected, value: unknown): readonly ExpectedLine[] | undefined {
  if (of === "result") return typeof value === "string" ? [is(of, "", value)] : undefined;
  if (isNumber(of)) return typeof value === "number" ? [is(of, "", String(value))] : undefined;
  if (isOneOf(texts, of)) return linesOfTexts(of, "", [value]);
  if (of === "logs") {
    // That nothing may be printed is a list without any, which no line says.
    return Array.isArray(value) && value.length > 0 ? linesOfTexts(of, "", value) : undefined;
  }
  if (!hasName(of) || !isObject(value)) return undefined;
  const lines = Object.entries(value).map(([name, given]) =>
    given === null
      ? [{ of, name, how: "absent" as const, value: "" }]
      : linesOfTexts(of, name, Array.isArray(given) ? given : [given]),
  );
  return lines.every((each) => each !== undefined) ? lines.flat() : undefined;
}

function linesOfTexts(
  of: Expected,
  name: string,
  given: readonly unknown[],
): readonly ExpectedLine[] | undefined {
  const lines = given.map((each) => {
    if (typeof each === "string") return is(of, name, each);
    const pattern = isObject(each) ? each["matches"] : undefined;
    if (typeof pattern !== "string") return undefined;
    return { of, name, how: "matches" as const, value: pattern };
  });
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

function is(of: Expected, name: string, value: string): ExpectedLine {
  return { of, name, how: "is", value };
}

function isOneOf(members: readonly string[], of: string): boolean {
  return members.includes(of);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
