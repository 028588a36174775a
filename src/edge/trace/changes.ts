/** What changed between two requests or two heads, line by line, with nothing secret in it. */
import { forEachLine } from "../../base/header-lines.ts";
import type { EventRequest, EventResponse } from "../../runtime/function-runtime.ts";
import type { FunctionRun } from "../record/visit.ts";
import { masked } from "../record/secret-names.ts";
import type { Secrets } from "../record/secrets.ts";
import type { TracedChange } from "./trace.ts";

/** More than these are no help. */
const changesMax = 60;

/** What a function made of what it was given; none where it failed. */
export function functionChanges(
  { given, outcome }: Pick<FunctionRun, "given" | "outcome">,
  secrets: Secrets,
): readonly TracedChange[] {
  const changes: TracedChange[] = [];
  if (outcome.type === "request" && isRequest(given)) {
    const { request, origin } = outcome;
    note(
      changes,
      "uri",
      secrets.tell(given.uri),
      secrets.tell(request.uri),
      given.uri !== request.uri,
    );
    changes.push(...queryChanges(given.querystring, request.querystring, secrets));
    changes.push(...lineChanges(given.headers, request.headers, secrets));
    if (origin !== undefined) changes.push({ of: "origin", to: `by cf.${origin.helper}()` });
  }
  if (outcome.type === "response") {
    const { statusCode, headers, body } = outcome.response;
    if (isRequest(given)) changes.push({ of: "response", to: `generated, ${statusCode}` });
    else {
      const { statusCode: before } = given;
      note(changes, "statusCode", String(before), String(statusCode), before !== statusCode);
    }
    changes.push(...lineChanges(isRequest(given) ? [] : given.headers, headers, secrets));
    if (body !== undefined) changes.push({ of: "body", to: `${body.length} bytes` });
  }
  return changes.slice(0, changesMax);
}

function isRequest(given: EventRequest | EventResponse): given is EventRequest {
  return "uri" in given;
}

function note(
  changes: TracedChange[],
  of: string,
  from: string | undefined,
  to: string | undefined,
  isChanged: boolean,
): void {
  if (!isChanged) return;
  changes.push({ of, ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
}

function queryChanges(
  before: string | undefined,
  after: string | undefined,
  secrets: Secrets,
): readonly TracedChange[] {
  if (before === after) return [];
  const told = (query: string | undefined) => query && secrets.tell(query);
  const change = { of: "querystring" };
  const [from, to] = [told(before), told(after)];
  return [{ ...change, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}

/** Header lines of one name are one value; cookies are compared one by one. */
export function lineChanges(
  before: readonly string[],
  after: readonly string[],
  secrets: Secrets,
): readonly TracedChange[] {
  if (before === after) return [];
  const from = valuesOf(before);
  const to = valuesOf(after);
  const changes: TracedChange[] = [];
  for (const name of new Set([...from.keys(), ...to.keys()])) {
    const [old, now] = [from.get(name), to.get(name)];
    if (old === now) continue;
    const told = (value: string | undefined) =>
      value === undefined ? undefined : tellValue(name, value, secrets);
    note(changes, name, told(old), told(now), true);
  }
  return changes;
}

/** By `headers.NAME` and `cookies.NAME`. */
function valuesOf(headers: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const add = (name: string, value: string): void => {
    const known = values.get(name);
    values.set(name, known === undefined ? value : `${known}, ${value}`);
  };
  forEachLine(headers, (spelling, value) => {
    const name = spelling.toLowerCase();
    if (name === "set-cookie") addCookie(add, value);
    else if (name !== "cookie") add(`headers.${name}`, value);
    else for (const pair of value.split(";")) addCookie(add, pair);
  });
  return values;
}

function addCookie(add: (name: string, value: string) => void, text: string): void {
  const equals = text.indexOf("=");
  if (equals >= 0) add(`cookies.${text.slice(0, equals).trim()}`, text.slice(equals + 1).trim());
}

/** Of a Set-Cookie line, the attributes stay. */
function tellValue(name: string, value: string, secrets: Secrets): string {
  if (name.startsWith("headers.")) return secrets.tellHeader(name.slice(8), value);
  const attributes = value.indexOf(";");
  return attributes < 0 ? masked : `${masked}${secrets.tell(value.slice(attributes))}`;
}
