/** What a function has changed of an event's request or response: a row for each part that either has. */
import { linesOf, type EventMap, type RequestObject, type ResponseObject } from "./event-model.ts";

export interface PartChange {
  /** Like `uri`, `header host`, `query a`. */
  readonly part: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly state: "same" | "added" | "removed" | "changed";
}

/** @param after what the function returned; a request goes on, a response answers */
export function requestChanges(before: RequestObject, after: RequestObject): readonly PartChange[] {
  return [
    change("method", before.method, after.method),
    change("uri", before.uri, after.uri),
    ...mapChanges("query", before.querystring, after.querystring),
    ...mapChanges("header", before.headers, after.headers),
    ...mapChanges("cookie", before.cookies, after.cookies),
  ];
}

/** @param before undefined where the function has made the response itself */
export function responseChanges(
  before: ResponseObject | undefined,
  after: ResponseObject,
): readonly PartChange[] {
  return [
    change("status", statusOf(before), statusOf(after)),
    ...mapChanges("header", before?.headers, after.headers),
    ...mapChanges("cookie", before?.cookies, after.cookies),
    ...(after.body === undefined ? [] : [change("body", undefined, bodyOf(after.body))]),
  ];
}

function statusOf(response: ResponseObject | undefined): string | undefined {
  if (response === undefined) return undefined;
  return `${response.statusCode} ${response.statusDescription ?? ""}`.trim();
}

function bodyOf(body: NonNullable<ResponseObject["body"]>): string {
  if (typeof body === "string") return body;
  return body.encoding === "base64" ? `(base64) ${body.data}` : body.data;
}

function mapChanges(
  kind: string,
  before: EventMap | string | undefined,
  after: EventMap | string | undefined,
): PartChange[] {
  const [was, is] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].map((name) =>
    change(`${kind} ${name}`, was.get(name), is.get(name)),
  );
}

/** By name; several values of a name a line each. */
function valuesOf(map: EventMap | string | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of linesOf(map)) {
    const known = values.get(name);
    values.set(name, known === undefined ? value : `${known}\n${value}`);
  }
  return values;
}

function change(part: string, before: string | undefined, after: string | undefined): PartChange {
  const state =
    before === after
      ? "same"
      : before === undefined
        ? "added"
        : after === undefined
          ? "removed"
          : "changed";
  return { part, before, after, state };
}
