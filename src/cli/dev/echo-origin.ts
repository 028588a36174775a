/** An origin that shows what it was asked: a page for browsers, JSON for all others. Nothing of it is kept by a cache. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface EchoOrigin {
  /** Like `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly close: () => void;
}

interface Echo {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export async function startEchoOrigin(): Promise<EchoOrigin> {
  const server = createServer((request, response) => {
    void echoOf(request).then(
      (echo) => {
        const isBrowser = (request.headers["accept"] ?? "").includes("text/html");
        response.setHeader("cache-control", "no-store");
        response.setHeader(
          "content-type",
          `${isBrowser ? "text/html" : "application/json"}; charset=utf-8`,
        );
        response.end(isBrowser ? pageOf(echo) : `${JSON.stringify(echo, null, 2)}\n`);
      },
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function echoOf(request: IncomingMessage): Promise<Echo> {
  const body = await buffer(request);
  return {
    method: request.method ?? "",
    uri: request.url ?? "",
    headers: request.headers as Echo["headers"],
    ...(body.length > 0 && { body: body.toString() }),
  };
}

function pageOf({ method, uri, headers, body }: Echo): string {
  const rows = Object.entries(headers).map(
    ([name, value]) => `<tr><th>${escaped(name)}<td>${escaped([value].flat().join(", "))}`,
  );
  return `<!doctype html><meta charset="utf-8"><title>${escaped(`${method} ${uri}`)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}
th{text-align:left;padding-right:1em;vertical-align:top;white-space:nowrap;font-weight:normal;opacity:.7}
td{word-break:break-all}code{font-size:1.3em;word-break:break-all}</style>
<p>The origin was asked, after your functions:<p><code>${escaped(`${method} ${uri}`)}</code>
<table>${rows.join("\n")}</table>${body === undefined ? "" : `<pre>${escaped(body)}</pre>`}
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
