/**
 * Test events as the console keeps them: files of the form that TestFunction takes, with what is expected of them
 * (docs/testing.md), under names of their own.
 */

export interface EventEntry {
  readonly value: string;
  readonly attributes?: string;
  readonly multiValue?: readonly { readonly value: string; readonly attributes?: string }[];
}

export type EventMap = Readonly<Record<string, EventEntry>>;

export interface RequestObject {
  readonly method: string;
  readonly uri: string;
  /** A text in what a function returned. */
  readonly querystring?: EventMap | string;
  readonly headers?: EventMap;
  readonly cookies?: EventMap;
}

export interface ResponseObject {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: EventMap;
  readonly cookies?: EventMap;
  readonly body?: string | { readonly encoding?: string; readonly data: string };
}

export interface EventObject {
  readonly version?: string;
  readonly context: { readonly eventType: "viewer-request" | "viewer-response" };
  readonly viewer?: { readonly ip?: string };
  readonly request: RequestObject;
  readonly response?: ResponseObject;
}

/** A file: the event, and Footlight's two members beside it. */
export interface EventFile extends EventObject {
  readonly expect?: unknown;
  readonly given?: unknown;
}

export interface TestEvent {
  readonly name: string;
  /** The file as it is written, which may be no JSON just now. */
  readonly text: string;
}

const request: RequestObject = {
  method: "GET",
  uri: "/",
  querystring: {},
  headers: { host: { value: "www.example.com" } },
  cookies: {},
};

export function newEvent(eventType: "viewer-request" | "viewer-response"): EventFile {
  return {
    version: "1.0",
    context: { eventType },
    viewer: { ip: "198.51.100.1" },
    request,
    ...(eventType === "viewer-response" && {
      response: {
        statusCode: 200,
        statusDescription: "OK",
        headers: { "content-type": { value: "text/html" } },
        cookies: {},
      },
    }),
  };
}

export function eventText(event: EventFile): string {
  return `${JSON.stringify(event, undefined, 2)}\n`;
}

/** @returns the event, or in a sentence why the text is none */
export function readEvent(text: string): EventFile | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`;
  }
  if (!isObject(parsed)) return "An event is a JSON object with context and request";
  const { context, request } = parsed;
  if (!isObject(context)) return "The event has no context, which says its eventType";
  const { eventType } = context;
  if (eventType !== "viewer-request" && eventType !== "viewer-response") {
    return "context.eventType is viewer-request or viewer-response";
  }
  if (!isObject(request)) return "The event has no request";
  if (typeof request["method"] !== "string" || typeof request["uri"] !== "string") {
    return "The request needs a method and a uri, as texts";
  }
  // As the node would refuse them, which is asked for no event that is none.
  const wrong = wrongMap(request, "request", ["querystring", "headers", "cookies"]);
  if (wrong !== undefined) return wrong;
  if (eventType === "viewer-request") return parsed as unknown as EventFile;
  const { response } = parsed;
  if (!isObject(response)) return "An event of viewer-response needs a response";
  if (!Number.isInteger(response["statusCode"])) {
    return `response.statusCode must be a whole number, got ${shown(response["statusCode"])}`;
  }
  if (!["string", "undefined"].includes(typeof response["statusDescription"])) {
    return `response.statusDescription must be a text, got ${shown(response["statusDescription"])}`;
  }
  return wrongMap(response, "response", ["headers", "cookies"]) ?? (parsed as unknown as EventFile);
}

/** @returns in a sentence what a map of names to values has that is none */
function wrongMap(
  owner: Readonly<Record<string, unknown>>,
  of: string,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const map = owner[name];
    if (map === undefined) continue;
    if (!isObject(map)) return `${of}.${name} must be an object, got ${shown(map)}`;
    for (const [key, entry] of Object.entries(map)) {
      const at = `${of}.${name}["${key}"]`;
      if (!isEntry(entry)) return `${at} must be {"value": "…"} of a text, got ${shown(entry)}`;
      const { multiValue = [] } = entry;
      if (!Array.isArray(multiValue) || !multiValue.every(isEntry)) {
        return `${at}.multiValue must be a list of {"value": "…"}, got ${shown(multiValue)}`;
      }
    }
  }
  return undefined;
}

function isEntry(value: unknown): value is EventEntry {
  return isObject(value) && typeof value["value"] === "string";
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** @returns what a function on the response finds; that of another event is not read, and may be anything */
export function responseOf({ context, response }: EventObject): ResponseObject | undefined {
  return context.eventType === "viewer-response" ? response : undefined;
}

/** What is sent to the node: the event, and Footlight's members beside it. */
export function subjectOf({ expect, given, ...event }: EventFile): {
  readonly event: EventObject;
  readonly expect?: unknown;
  readonly given?: unknown;
} {
  return { event, ...(expect !== undefined && { expect }), ...(given !== undefined && { given }) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name and its values, a line of a form. */
export interface FormLine {
  readonly name: string;
  readonly value: string;
}

/** @returns a line a value: of names with several there are several */
export function linesOf(map: EventMap | string | undefined): readonly FormLine[] {
  if (map === undefined) return [];
  if (typeof map === "string") {
    return [...new URLSearchParams(map)].map(([name, value]) => ({ name, value }));
  }
  return Object.entries(map).flatMap(([name, entry]) =>
    (entry.multiValue ?? [entry]).map(({ value, attributes }) => ({
      name,
      value: attributes === undefined ? value : `${value}; ${attributes}`,
    })),
  );
}

/**
 * @param kind of headers the names are in lower case, as events have them; a response's cookies may have
 *   attributes behind their value
 */
export function mapOf(
  lines: readonly FormLine[],
  kind: "headers" | "cookies" | "response cookies" | "query",
): EventMap {
  const lists = new Map<string, EventEntry[]>();
  for (const { name: given, value } of lines) {
    const name = kind === "headers" ? given.toLowerCase() : given;
    if (name === "") continue;
    const end = kind === "response cookies" ? value.indexOf(";") : -1;
    const entry =
      end === -1
        ? { value }
        : { value: value.slice(0, end), attributes: value.slice(end + 1).trim() };
    lists.set(name, [...(lists.get(name) ?? []), entry]);
  }
  return Object.fromEntries(
    [...lists].map(([name, [first, ...rest]]) => [
      name,
      rest.length === 0 ? first! : { ...first!, multiValue: [first!, ...rest] },
    ]),
  );
}

/** @returns a name that none has: event, event-2 … */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let count = 2;
  while (taken.includes(`${wanted}-${count}`)) count += 1;
  return `${wanted}-${count}`;
}
