/** A viewer of the tests that speaks HTTP/2. */
import { connect, type ClientHttp2Session, type OutgoingHttpHeaders } from "node:http2";
import type { TestContext } from "node:test";
import { domainName } from "../edge/viewer-scene.ts";
import { root } from "./secure-scene.ts";

export interface Http2Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** @param ca whom it trusts, in PEM */
export function openHttp2(
  t: TestContext,
  port: number,
  host = domainName,
  ca = root,
): ClientHttp2Session {
  const session = connect(`https://${host}:${port}`, {
    ca,
    servername: host,
    // What it may send is for the edge to say.
    maxSendHeaderBlockLength: 1_000_000,
    lookup: (_host, options, answer) => {
      if (options.all === true) answer(null, [{ address: "127.0.0.1", family: 4 }]);
      else answer(null, "127.0.0.1", 4);
    },
  });
  session.on("error", () => {});
  t.after(() => session.destroy());
  return session;
}

export function askHttp2(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Http2Reply> {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return new Promise((resolve, reject) => {
    let status = 0;
    let got: Readonly<Record<string, unknown>> = {};
    const chunks: Buffer[] = [];
    stream.on("response", (response) => {
      status = response[":status"] ?? 0;
      got = response;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => {
      if (stream.rstCode !== 0) reject(new Error(`The stream was reset with ${stream.rstCode}`));
      else resolve({ status, headers: got, body: Buffer.concat(chunks).toString("latin1") });
    });
  });
}
