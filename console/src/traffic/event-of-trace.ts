/**
 * A request that came, as a test event of a function that ran, and as a line of curl. What is masked in the trace is
 * left out of both, and named.
 */
import { masked, type Trace, type TracedChange, type TracedHeader } from "../api/traces.ts";
import { mapOf, type EventFile, type FormLine } from "../functions/event-model.ts";

export interface MadeEvent {
  readonly event: EventFile;
  /** Like `cookie session`: what had a value that is not told. */
  readonly leftOut: readonly string[];
}

export function eventOfTrace(
  trace: Trace,
  eventType: "viewer-request" | "viewer-response",
): MadeEvent {
  const { request, response } = trace;
  const { headers, cookies, query, leftOut } = partsOf(trace);
  const changes = trace.functions
    .filter((each) => each.event_type === "viewer-request")
    .flatMap((each) => each.changes);
  const uri = changes.findLast(({ of }) => of === "uri")?.to;
  const event: EventFile = {
    version: "1.0",
    context: { eventType },
    viewer: { ip: request.ip },
    request: {
      method: request.method,
      // A function on the response sees what the one on the request made.
      uri: eventType === "viewer-response" ? (uri ?? request.path) : request.path,
      querystring: mapOf(query, "query"),
      headers: mapOf(headers, "headers"),
      cookies: mapOf(cookies, "cookies"),
    },
  };
  if (eventType === "viewer-request") return { event, leftOut };
  const before = headersBefore(trace);
  return {
    event: {
      ...event,
      response: {
        statusCode: response.status,
        headers: mapOf(
          before.filter(({ value }) => !value.includes(masked)),
          "headers",
        ),
        cookies: {},
      },
    },
    leftOut: [...leftOut, ...hidden(before, "response header")],
  };
}

/** @returns a line for a shell, and what had to be left out of it */
export function curlOfTrace(trace: Trace): {
  readonly line: string;
  readonly leftOut: readonly string[];
} {
  const { request } = trace;
  const { headers, cookies, query, leftOut } = partsOf(trace);
  const search = query.map(({ name, value }) => (value === "" ? name : `${name}=${value}`));
  const url = `${request.scheme}://${request.host}${request.path}`;
  const words = [
    // A path is asked for as it is: brackets and braces would be many requests, and dots another path.
    ...["curl", "--globoff", "--path-as-is"],
    ...methodWords(request.method),
    quoted(search.length === 0 ? url : `${url}?${search.join("&")}`),
    ...headers
      .filter(({ name }) => !["host", "connection"].includes(name.toLowerCase()))
      .flatMap(({ name, value }) => ["-H", quoted(`${name}: ${value}`)]),
    ...(cookies.length === 0
      ? []
      : ["-b", quoted(cookies.map(({ name, value }) => `${name}=${value}`).join("; "))]),
  ];
  return { line: words.join(" "), leftOut };
}

/** By HTTP/2 a viewer may send any token as its method, such as one in backticks, which a shell runs. */
function methodWords(method: string): readonly string[] {
  if (method === "GET") return [];
  return method === "HEAD" ? ["--head"] : ["-X", quoted(method)];
}

interface Parts {
  readonly headers: readonly FormLine[];
  readonly cookies: readonly FormLine[];
  readonly query: readonly FormLine[];
  readonly leftOut: readonly string[];
}

function partsOf({ request }: Trace): Parts {
  const isCookie = ({ name }: TracedHeader): boolean => name.toLowerCase() === "cookie";
  const cookies = request.headers
    .filter(isCookie)
    .flatMap(({ value }) => value.split(/;\s*/).flatMap((part) => pair(part)));
  const headers = request.headers.filter((header) => !isCookie(header));
  const query = (request.query ?? "").split("&").flatMap((part) => pair(part));
  const told = ({ value }: FormLine): boolean => !value.includes(masked);
  return {
    headers: headers.filter(told),
    cookies: cookies.filter(told),
    query: query.filter(told),
    leftOut: [
      ...hidden(headers, "header"),
      ...hidden(cookies, "cookie"),
      ...hidden(query, "parameter"),
    ],
  };
}

function pair(part: string): FormLine[] {
  if (part === "") return [];
  const at = part.indexOf("=");
  return [
    at === -1 ? { name: part, value: "" } : { name: part.slice(0, at), value: part.slice(at + 1) },
  ];
}

function hidden(lines: readonly FormLine[], kind: string): string[] {
  return lines.filter(({ value }) => value.includes(masked)).map(({ name }) => `${kind} ${name}`);
}

/** As the function on the response found them: what it and the policy after it changed is taken back. */
function headersBefore(trace: Trace): readonly FormLine[] {
  const changes: readonly TracedChange[] = [
    ...(trace.response_headers_policy?.changes ?? []),
    ...trace.functions
      .filter((each) => each.event_type === "viewer-response")
      .flatMap((each) => each.changes),
  ];
  let lines: readonly FormLine[] = trace.response.headers;
  for (const { of, from } of changes) {
    if (!of.startsWith("headers.")) continue;
    const name = of.slice("headers.".length);
    lines = lines.filter((line) => line.name.toLowerCase() !== name);
    if (from !== undefined) lines = [...lines, { name, value: from }];
  }
  return lines;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
