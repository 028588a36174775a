/** Sends a request to an edge, as it is and once, for its X-Amz-Cf-Id. */
import type { IncomingMessage } from "node:http";
import { request as overHttps } from "node:https";
import { request as overHttp } from "../base/http-module.ts";
import type { CurlRequest } from "./curl-request.ts";

/** The longest wait for an answer's head: an origin may take three attempts of 10 s each, and 30 s to answer. */
const timeoutMs = 120_000;

/**
 * @param edge where to connect instead of the request's own host, as a base URL
 * @returns the id; redirects are not followed
 * @throws Error, when nothing answers there, or something that is no edge
 */
export async function sendRequest(
  { url, target, method, headers, body, insecure, connectTo }: CurlRequest,
  edge: URL | undefined,
): Promise<string> {
  const at = edge ?? url;
  const isSecure = at.protocol === "https:";
  const host = connectTo?.host ?? at.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = connectTo?.port ?? Number(at.port || (isSecure ? 443 : 80));
  const send = isSecure ? overHttps : overHttp;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = send(
      {
        host: isLocal(host) ? "127.0.0.1" : host,
        ...{ port, method, path: target, headers: [...headers], agent: false, timeout: timeoutMs },
        ...(isSecure && {
          servername: url.hostname,
          // The local authority is one that only its owner trusts, and the address is this machine's.
          rejectUnauthorized: !(insecure || isLocal(host)),
        }),
      },
      resolve,
    );
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)));
    sent.end(body);
  }).catch((error: unknown) => {
    const { message } = error as Error;
    throw new Error(`Cannot send the request to ${host}:${port}: ${message}`, { cause: error });
  });
  const id = response.headers["x-amz-cf-id"];
  response.resume();
  await new Promise((resolve) => void response.once("close", resolve));
  if (typeof id === "string") return id;
  throw new Error(
    `${host}:${port} answered ${response.statusCode} without X-Amz-Cf-Id: it is no edge. --edge says where one listens`,
  );
}

/** What RFC 6761 §6.3 makes this machine, whatever resolves names here. */
function isLocal(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "127.0.0.1";
}
