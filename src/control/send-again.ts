/**
 * `POST /footlight/v1/traces/send`: a request whose way is kept is sent to the edge of this node once more. What is masked
 * in the trace is left out of it, and named; of a body nothing is kept.
 *
 * It is a viewer's request as any other, and may do what that did: it takes an action of its own, and is in the audit.
 */
import { ApiError, InvalidArgument } from "../model/errors.ts";
import type { Fact } from "../state/change.ts";
import { readJsonBody } from "./read-json-body.ts";
import { readTrace, type TraceReport } from "./trace-calls.ts";

/** A request as it is sent. */
export interface RequestToSend {
  readonly scheme: "http" | "https";
  readonly method: string;
  /** Of the URL, without a port. */
  readonly host: string;
  /** Path and query string. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

export interface SentRequest {
  readonly status: number;
  /** X-Amz-Cf-Id of the answer, by which its way is found. */
  readonly id: string | undefined;
  /** Of the answer's body. */
  readonly bytes: number;
  readonly tookMs: number;
}

/** @throws Error, when nothing answers */
export type SendToEdge = (request: RequestToSend) => Promise<SentRequest>;

export interface SendingParts {
  readonly traces: TraceReport | undefined;
  /** Undefined on a node that serves no viewers. */
  readonly sendToEdge: SendToEdge | undefined;
}

/** As readTrace() answers it, as far as it counts here. */
interface Traced {
  readonly request: {
    readonly method: string;
    readonly scheme: string;
    readonly host: string;
    readonly path: string;
    readonly query?: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
  };
  readonly distribution?: { readonly id: string };
}

/**
 * @param commit notes it in the audit, before it is sent
 * @throws InvalidArgument, when it can't be sent from what is kept of it
 * @throws NoSuchResource, when no such request is kept
 */
export async function sendAgain(
  body: Uint8Array,
  { traces, sendToEdge }: SendingParts,
  commit: (fact: Fact) => Promise<unknown>,
): Promise<object> {
  const { id } = readJsonBody(body, ["id"]);
  if (typeof id !== "string" || id === "") {
    throw new InvalidArgument("id must be the X-Amz-Cf-Id of a request whose way is kept");
  }
  if (sendToEdge === undefined) {
    throw new InvalidArgument(
      "This node serves no viewers, so it has no edge to send to: ask a node of `footlight start`",
    );
  }
  const trace = (await readTrace(`id=${encodeURIComponent(id)}`, traces)) as Traced;
  const { request, leftOut } = requestOf(trace);
  const { method, host, target } = request;
  const path = target.split("?")[0]!;
  const distribution = trace.distribution?.id;
  await commit({
    ...{ type: "request-sent", method, host, path },
    ...(distribution !== undefined && { distribution }),
  });
  try {
    const { id: sentId, status, bytes, tookMs } = await sendToEdge(request);
    return {
      ...(sentId !== undefined && { id: sentId }),
      ...{ status, bytes, took_ms: Math.round(tookMs * 100) / 100, left_out: leftOut },
    };
  } catch (error) {
    const { message } = error as Error;
    throw new ApiError("InvalidArgument", `The request could not be sent: ${message}`, {
      cause: error,
    });
  }
}

/** As an edge's records mask what is secret. */
const masked = "[masked]";

/** What belongs to the connection that it came by, or to a body. */
const ofConnection: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer"],
  ...["upgrade", "expect", "content-length"],
]);

function requestOf({ request }: Traced): {
  readonly request: RequestToSend;
  readonly leftOut: readonly string[];
} {
  const { method, scheme, host, path, query, headers } = request;
  if (scheme !== "http" && scheme !== "https") {
    throw new InvalidArgument(`It came by ${scheme}, and only what came by http or https is sent`);
  }
  if (path.includes(masked) || host.includes(masked) || method.includes(masked)) {
    throw new InvalidArgument("Its path, host or method holds a secret, which is not kept");
  }
  const leftOut: string[] = [];
  const keep = (text: string, kind: string, name: string): boolean => {
    if (!text.includes(masked)) return true;
    leftOut.push(`${kind} ${name}`);
    return false;
  };
  const lines: string[] = [];
  for (const { name, value } of headers) {
    const lower = name.toLowerCase();
    if (lower === "content-length" && value !== "0") leftOut.push("the body");
    if (ofConnection.has(lower)) continue;
    if (lower === "cookie") {
      const pairs = value.split(/;\s*/).filter((pair) => keep(pair, "cookie", nameOf(pair)));
      if (pairs.length > 0) lines.push(name, pairs.join("; "));
    } else if (keep(value, "header", name)) lines.push(name, value);
  }
  const isNamed = headers.some(({ name }) => name.toLowerCase() === "host");
  if (!isNamed) lines.unshift("Host", host);
  const kept = query?.split("&").filter((pair) => keep(pair, "parameter", nameOf(pair)));
  const target = kept === undefined ? path : `${path}?${kept.join("&")}`;
  return { request: { scheme, method, host, target, headers: lines }, leftOut };
}

function nameOf(pair: string): string {
  return pair.split("=")[0]!;
}
