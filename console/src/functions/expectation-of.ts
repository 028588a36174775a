/**
 * What a run came to as what is expected of it, as `footlight test --update` writes it: what the function has changed, or
 * answers, and not what it only passes on.
 */
import type { Run } from "../api/runs.ts";
import {
  linesOf,
  responseOf,
  type EventMap,
  type EventObject,
  type RequestObject,
  type ResponseObject,
} from "./event-model.ts";

interface Output {
  readonly request?: RequestObject;
  readonly response?: ResponseObject;
}

export function expectationOf(event: EventObject, { test, edge }: Run): object {
  if (test.error_message !== "") return { error: test.error_message };
  const { request, response } = JSON.parse(test.output) as Output;
  const refused = edge.does === "refuse" ? { edge: { does: "refuse", status: edge.status } } : {};
  if (request !== undefined) {
    return {
      result: "request",
      uri: request.uri,
      ...changed("query", event.request.querystring, request.querystring),
      ...changed("headers", event.request.headers, request.headers),
      ...changed("cookies", event.request.cookies, request.cookies),
      ...refused,
    };
  }
  const { body } = response ?? {};
  const text =
    typeof body === "object" ? (body.encoding === "base64" ? undefined : body.data) : body;
  const before = responseOf(event);
  return {
    status: response?.statusCode,
    ...changed("headers", before?.headers, response?.headers),
    ...changed("cookies", before?.cookies, response?.cookies),
    ...(text !== undefined && { body: text }),
    ...refused,
  };
}

type Given = EventMap | string | undefined;

function changed(member: string, before: Given, after: Given): object {
  const [from, to] = [valuesOf(before), valuesOf(after)];
  const names = [...new Set([...from.keys(), ...to.keys()])];
  const others = names.filter((name) => from.get(name)?.join("\n") !== to.get(name)?.join("\n"));
  if (others.length === 0) return {};
  const expected = (values: readonly string[] | undefined): string | readonly string[] | null =>
    values === undefined ? null : values.length === 1 ? values[0]! : values;
  return { [member]: Object.fromEntries(others.map((name) => [name, expected(to.get(name))])) };
}

function valuesOf(map: Given): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, string[]>();
  for (const { name, value } of linesOf(map)) lists.set(name, [...(lists.get(name) ?? []), value]);
  return lists;
}
