/**
 * The admin port: health and metrics, for load balancers and Prometheus, and nothing else. It asks for no
 * key and changes nothing, so it is on loopback unless told otherwise.
 *
 * It listens before the edge does and until after it has ended, so that who looks sees the node
 * come and go.
 */
import type { Server } from "node:http";
import { createServer } from "../base/http-module.ts";
import type { Logger } from "../base/logger.ts";
import { readMetrics, type MetricsReport } from "../control/metrics-call.ts";
import { ApiError } from "../model/errors.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";
import { encodeError } from "../wire/encode-error.ts";

export interface Admin {
  /** What the health tells beside whether the node is ready. */
  readonly facts: () => object;
  readonly whyNotReady: () => string | undefined;
  readonly metrics: MetricsReport | undefined;
  readonly newRequestId: () => string;
  readonly logger: Logger;
}

/** Who looks keeps a connection or two. */
const connectionsMax = 64;

/** @returns a server that does not listen yet */
export function createAdminListener(admin: Admin): Server {
  const server = createServer(
    { maxHeaderSize: 16_384, headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 65_000 },
    (incoming, outgoing) => {
      incoming.resume();
      const [path, query] = splitOnce(incoming.url ?? "/");
      const { accept } = incoming.headers;
      const request = { method: incoming.method ?? "GET", path, query, headers: { accept } };
      void answer(request, admin).then(({ status, headers, body }) => {
        const length = Buffer.byteLength(body);
        outgoing.writeHead(status, { ...headers, "content-length": length });
        outgoing.end(body);
      });
    },
  );
  server.maxConnections = connectionsMax;
  return server;
}

type AdminRequest = Pick<ApiRequest, "method" | "path" | "query" | "headers">;

async function answer(request: AdminRequest, admin: Admin): Promise<ApiResponse> {
  const { method, path } = request;
  try {
    const known = answers[path];
    if (known === undefined) {
      const paths = Object.keys(answers).join(", ");
      return failure(404, "NOT_FOUND", `The admin port has no ${path}: it has ${paths}`);
    }
    if (method === "GET" || method === "HEAD") return await known(request, admin);
    const refused = failure(405, "METHOD_NOT_ALLOWED", `${path} takes GET and HEAD, got ${method}`);
    return { ...refused, headers: { ...refused.headers, allow: "GET, HEAD" } };
  } catch (error) {
    if (!(error instanceof ApiError)) {
      admin.logger.error({ err: error, path }, "request of the admin port failed");
    }
    return encodeError(error, "json", admin.newRequestId());
  }
}

type Answering = (request: AdminRequest, admin: Admin) => ApiResponse | Promise<ApiResponse>;

const answers: Readonly<Record<string, Answering>> = {
  "/footlight/v1/health": ready,
  "/footlight/v1/health/ready": ready,
  "/footlight/v1/health/live": () => success({ status: "live" }),
  "/footlight/v1/metrics": (request, { metrics }) => readMetrics(request, metrics, success),
};

function ready(_request: AdminRequest, { whyNotReady, facts }: Admin): ApiResponse {
  const because = whyNotReady();
  if (because !== undefined) return failure(503, "SERVICE_UNAVAILABLE", because);
  return success({ status: "ready", ...facts() });
}

function success(data: object): ApiResponse {
  return json(200, { success: true, data });
}

function failure(status: number, code: string, message: string): ApiResponse {
  return json(status, { success: false, error: { code, message } });
}

function json(status: number, body: object): ApiResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

function splitOnce(url: string): [path: string, query: string] {
  const mark = url.indexOf("?");
  return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
