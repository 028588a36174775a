/**
 * Runs a function on a test event as TestFunction does, and again as an edge does for a viewer.
 *
 * TestFunction checks only that the code runs. What an edge would refuse of the result shows in the
 * second run's outcome, and in what the edge makes of it.
 */
import type { FunctionCopy } from "../../model/function.ts";
import { readTestEvent, type CheckedEntry, type CheckedMap } from "../event/test-event.ts";
import { wireFromText } from "../event/wire-text.ts";
import type {
  BothRuns,
  EventRequest,
  EventResponse,
  FunctionEvent,
  FunctionRuntime,
  KeyValueReader,
} from "../function-runtime.ts";

/** @throws InvalidEventObject, when the text is no event */
export function runBothWays(
  runtime: FunctionRuntime,
  copy: FunctionCopy,
  eventObject: string,
  store?: KeyValueReader,
): BothRuns {
  const event = viewerEventOf(eventObject);
  const test = runtime.test(copy, eventObject, store);
  const { outcome } = runtime.run(copy, event, store);
  return { test, event, outcome };
}

/**
 * The event that an edge would make of the viewer's request, and of the origin's response, which a test event describes.
 *
 * @throws InvalidEventObject, when the text is no event
 */
export function viewerEventOf(eventObject: string): FunctionEvent {
  const { eventType, event, querystring } = readTestEvent(eventObject);
  const { context, viewer } = event;
  const about = {
    eventType,
    distributionDomainName: textOf(context["distributionDomainName"]),
    distributionId: textOf(context["distributionId"]),
    requestId: textOf(context["requestId"]),
    viewerIp: textOf((viewer as { ip?: unknown } | undefined)?.ip),
    request: requestOf(event.request, querystring),
  };
  return event.response === undefined ? about : { ...about, response: responseOf(event.response) };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

interface Described {
  readonly headers: CheckedMap;
  readonly cookies: CheckedMap;
}

function requestOf(
  { method, uri, headers, cookies }: Described & { readonly method: string; readonly uri: string },
  querystring: string | undefined,
): EventRequest {
  const lines = headerLines(headers);
  const pairs = pairsOf(cookies);
  if (pairs.length > 0) lines.push("Cookie", pairs.join("; "));
  return {
    method,
    uri: wireFromText(uri),
    querystring: querystring === undefined ? undefined : wireFromText(querystring),
    headers: lines,
  };
}

function responseOf({
  statusCode,
  statusDescription,
  headers,
  cookies,
}: Described & Pick<EventResponse, "statusCode" | "statusDescription">): EventResponse {
  const lines = headerLines(headers);
  for (const pair of pairsOf(cookies)) lines.push("Set-Cookie", pair);
  return { statusCode, statusDescription: wireFromText(statusDescription), headers: lines };
}

function headerLines(headers: CheckedMap): string[] {
  return Object.entries(headers).flatMap(([name, entry]) =>
    valuesOf(entry).flatMap(({ value }) => [name, wireFromText(value)]),
  );
}

/** Cookies with their attributes, where they have some. */
function pairsOf(cookies: CheckedMap): string[] {
  return Object.entries(cookies).flatMap(([name, entry]) =>
    valuesOf(entry).map(({ value, attributes }) => {
      const pair = `${name}=${value}`;
      return wireFromText(
        typeof attributes === "string" && attributes !== "" ? `${pair}; ${attributes}` : pair,
      );
    }),
  );
}

function valuesOf(entry: CheckedEntry): readonly CheckedEntry[] {
  return entry.multiValue ?? [entry];
}
