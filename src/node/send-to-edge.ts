/** Sends a request to the edge of this node, as a viewer on this machine would. */
import type { IncomingMessage } from "node:http";
import { request as overHttps } from "node:https";
import { request as overHttp } from "../base/http-module.ts";
import type { RequestToSend, SendToEdge } from "../control/send-again.ts";

/** The longest wait for an answer: an origin may take three attempts of 10 s each, and 30 s to answer. */
const timeoutMs = 120_000;

/** @param urls where this node's edge listens, the second by HTTPS; undefined where it does not */
export function createSendToEdge(urls: {
  readonly http: string | undefined;
  readonly https: string | undefined;
}): SendToEdge {
  return async (request) => {
    const url = urls[request.scheme];
    if (url === undefined) throw new Error(`this node's edge does not listen by ${request.scheme}`);
    const beganAt = performance.now();
    const response = await ask(request, new URL(url));
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    const id = response.headers["x-amz-cf-id"];
    return {
      status: response.statusCode ?? 0,
      id: typeof id === "string" ? id : undefined,
      bytes,
      tookMs: performance.now() - beganAt,
    };
  };
}

function ask(
  { scheme, method, host, target, headers }: RequestToSend,
  at: URL,
): Promise<IncomingMessage> {
  const send = scheme === "https" ? overHttps : overHttp;
  return new Promise((resolve, reject) => {
    const sent = send(
      {
        host: connectableHost(at.hostname),
        port: at.port,
        ...{ method, path: target, headers: [...headers], agent: false, timeout: timeoutMs },
        // It is this node's own, whatever its certificate says.
        ...(scheme === "https" && { servername: host, rejectUnauthorized: false }),
      },
      resolve,
    );
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)));
    sent.end();
  });
}

/** What listens on all addresses is reached by this machine's own. */
function connectableHost(hostname: string): string {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
