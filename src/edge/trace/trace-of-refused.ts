/** Tells of a request that a door has refused, or whose viewer gave it up there. */
import { performance } from "node:perf_hooks";
import { firstValue } from "../../base/header-lines.ts";
import type { RefusedRequest } from "../record/refused-request.ts";
import { atDoor } from "./deciding.ts";
import { Secrets } from "../record/secrets.ts";
import type { Decision, Trace } from "./trace.ts";

const doors: Readonly<Partial<Record<string, Decision>>> = atDoor;

export function traceOfRefused(refused: RefusedRequest): Trace {
  const { id, at, detail, status, ip, scheme, bytesSent, head, distribution } = refused;
  const secrets = new Secrets();
  const [, path = "", query] = /^([^?]*)(?:\?(.*))?$/s.exec(head?.target ?? "") ?? [];
  const headers = head?.headers ?? [];
  secrets.noteLines(headers);
  secrets.noteQuery(query);
  const host = (firstValue(headers, "host") ?? "").replace(/:\d*$/, "").toLowerCase();
  const decidedBy = doors[detail] ?? { step: "request", outcome: `refused: ${detail}` };
  return {
    id,
    at: new Date(performance.timeOrigin + at).toISOString(),
    request: {
      method: secrets.tell(head?.method ?? ""),
      scheme,
      httpVersion: head?.httpVersion ?? "",
      host: secrets.tell(host),
      path: secrets.tell(path),
      ...(query !== undefined && { query: secrets.tell(query) }),
      ip,
      headers: secrets.tellLines(headers),
    },
    ...(distribution && {
      distribution: { id: distribution.id, domainName: distribution.domainName },
    }),
    decisions: [],
    functions: [],
    origins: [],
    response: {
      ...{ status, result: "Error", detail, headers: [], bytes: bytesSent, tookMs: 0 },
    },
    decidedBy,
  };
}
