/**
 * Runs from an HTTP archive, as browsers and proxies save what they have seen: each entry is an event of a viewer's request,
 * and one of its response.
 *
 * Source: "HTTP Archive (HAR) format", version 1.2.
 */
import { readFileSync } from "node:fs";
import type { EventRequest, FunctionEvent } from "../../../runtime/function-runtime.ts";
import { wireFromText } from "../../../runtime/event/wire-text.ts";
import { notAsItWas, runLine, type RunsFrom } from "./runs-from.ts";

interface Named {
  readonly name: string;
  readonly value: string;
}

interface Entry {
  readonly startedDateTime: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly Named[];
  };
  readonly response: {
    readonly status: number;
    readonly statusText: string;
    readonly headers: readonly Named[];
  };
}

/** @throws Error, when it is no HTTP archive */
export function harRuns(path: string, name: string): RunsFrom {
  const entries = readEntries(path);
  let done = 0;
  const lines = (async function* () {
    for (const [index, entry] of entries.entries()) {
      const at = Date.parse(entry.startedDateTime);
      for (const event of eventsOf(entry, index)) yield runLine(name, event, at);
      done += 1;
    }
  })();
  return {
    name: "an HTTP archive",
    lines,
    lacks: [
      "viewers' addresses",
      "responses as origins gave them: they are as viewers got them",
      notAsItWas,
    ],
    progress: () => (entries.length === 0 ? 1 : done / entries.length),
  };
}

function readEntries(path: string): readonly Entry[] {
  const wrong = (why: string): Error => new Error(`${path} is no HTTP archive: ${why}`);
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong(error.message);
    throw error;
  }
  const entries = (read as { readonly log?: { readonly entries?: unknown } } | null)?.log?.entries;
  if (!Array.isArray(entries)) throw wrong("it has no log.entries");
  const broken = entries.findIndex((entry) => !isEntry(entry));
  if (broken >= 0) {
    throw wrong(`log.entries[${broken}] has no time, or no request with method, url and headers`);
  }
  return entries as Entry[];
}

function isEntry(value: unknown): value is Entry {
  const { startedDateTime, request, response } = (value ?? {}) as Partial<Entry>;
  return (
    !Number.isNaN(Date.parse(String(startedDateTime))) &&
    typeof request?.method === "string" &&
    URL.canParse(request.url) &&
    Array.isArray(request.headers) &&
    typeof response?.status === "number"
  );
}

function eventsOf({ request, response }: Entry, index: number): FunctionEvent[] {
  const { host, pathname, search } = new URL(request.url);
  const headers = linesOf(request.headers);
  if (!headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === "host")) {
    headers.unshift("host", host);
  }
  const asked: EventRequest = {
    ...{ method: request.method, uri: pathname },
    querystring: search === "" ? undefined : search.slice(1),
    headers,
  };
  const about = {
    ...{ distributionDomainName: host, distributionId: "", requestId: `har-${index + 1}` },
    ...{ viewerIp: "192.0.2.1", request: asked },
  };
  const requested: FunctionEvent = { ...about, eventType: "viewer-request" };
  // What was blocked, or cut off, has no status.
  if (response.status === 0) return [requested];
  const answered: FunctionEvent = {
    ...{ ...about, eventType: "viewer-response" },
    response: {
      ...{ statusCode: response.status, statusDescription: response.statusText ?? "" },
      headers: linesOf(response.headers ?? []),
    },
  };
  return [requested, answered];
}

/** HTTP/2's pseudo-headers, such as ":path", are no lines. */
function linesOf(headers: readonly Named[]): string[] {
  return headers
    .filter(({ name }) => !name.startsWith(":"))
    .flatMap(({ name, value }) => [name, wireFromText(value)]);
}
