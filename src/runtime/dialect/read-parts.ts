/**
 * Which parts of the event a source may read.
 *
 * What a source provably never looks at need not be built: nobody can tell that it is not there.
 * The proof (follow-event.ts) follows the event from the handler's parameter. Where it is unsure,
 * the source is taken to read everything. It relies on built-ins that are as they were, so it holds
 * in the frozen realm only.
 *
 * A part that was not built whole can also be told from the whole one by what the function returns:
 * when that depends on names that were left out, the guest says of which part (guest/read-answer.ts),
 * and the run is repeated with the whole of it.
 */
import type { Program } from "acorn";
import type { PartRead } from "./event-kinds.ts";
import { followEvent } from "./follow-event.ts";

export interface ReadParts {
  readonly request: {
    readonly headers: PartRead;
    readonly cookies: PartRead;
    /** The query string, parsed; "all" when it may be read raw. */
    readonly querystring: PartRead;
    readonly rawQueryString: boolean;
  };
  readonly response: { readonly headers: PartRead; readonly cookies: PartRead };
  /** What is another for each request, or each viewer. */
  readonly requestId: boolean;
  readonly viewerIp: boolean;
}

export const readsAll: ReadParts = {
  request: { headers: "all", cookies: "all", querystring: "all", rawQueryString: true },
  response: { headers: "all", cookies: "all" },
  requestId: true,
  viewerIp: true,
};

/** @param part such as "request.headers", as guest/read-answer.ts calls it */
export function withWhole(reads: ReadParts, part: string): ReadParts {
  const { request, response } = reads;
  const withRequest = (whole: Partial<ReadParts["request"]>): ReadParts => ({
    ...reads,
    request: { ...request, ...whole },
  });
  const withResponse = (whole: Partial<ReadParts["response"]>): ReadParts => ({
    ...reads,
    response: { ...response, ...whole },
  });
  switch (part) {
    case "request.headers":
      return withRequest({ headers: "all" });
    case "request.cookies":
      return withRequest({ cookies: "all" });
    case "request.querystring":
      return withRequest({ querystring: "all" });
    case "response.headers":
      return withResponse({ headers: "all" });
    case "response.cookies":
      return withResponse({ cookies: "all" });
    default:
      throw new Error(`The guest asked for ${part}, which is no part of the event`);
  }
}

export function readParts(program: Program): ReadParts {
  const reads = followEvent(program);
  if (reads === undefined) return readsAll;
  return {
    request: {
      headers: reads.requestHeaders,
      cookies: reads.requestCookies,
      querystring: reads.querystring,
      rawQueryString: reads.rawQueryString,
    },
    response: { headers: reads.responseHeaders, cookies: reads.responseCookies },
    requestId: mayRead(reads.context, "requestId"),
    viewerIp: mayRead(reads.viewer, "ip"),
  };
}

const mayRead = (read: PartRead, name: string): boolean => read === "all" || read.has(name);
