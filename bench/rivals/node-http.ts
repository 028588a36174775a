/** Node's own server and undici, with the functions in the process and nothing around them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import type { Workload } from "../workloads/workload.ts";
import { eventSource } from "./event-source.ts";
import { fetchedPackage } from "./fetched-package.ts";
import { freePort, hostOf, spawnServer, type Rival } from "./rival.ts";

export const nodeHttp: Rival = {
  name: "node:http + undici",
  caveat:
    "the function shares the server's realm: no sandbox, nothing of CloudFront; what one would write by hand in Node",
  canKeep: false,
  missing(bench, workload) {
    if (workload.isKept) return "it keeps nothing";
    const found = fetchedPackage(bench, "undici");
    return "missing" in found ? found.missing : undefined;
  },
  async start({ bench, workload, originPort }) {
    const folder = mkdtempSync(join(bench.folder, "node-"));
    const port = await freePort();
    for (const [site, source] of workload.sites.entries()) {
      writeFileSync(join(folder, `site-${site}.mjs`), nodeModule(workload, source ?? ""));
    }
    const file = join(folder, "server.mjs");
    writeFileSync(file, serverSource(bench, workload, port, originPort));
    const { child, stop } = spawnServer(bench, [process.execPath, file]);
    return {
      name: "node:http + undici",
      port,
      pid: child.pid!,
      hosts: workload.sites.map((_, site) => hostOf(site)),
      stop,
    };
  },
};

/** The function as a module of Node, or of a Worker. */
export function nodeModule(workload: Workload, source: string): string {
  const handler = workload.sourceWithoutStore ?? source;
  const values = JSON.stringify([...(workload.store ?? [])]);
  return [
    handler.replace("const crypto = require('crypto');", "import crypto from 'node:crypto';"),
    ...(workload.store
      ? [`const values = new Map(${values}); function valueOf(key) { return values.get(key); }`]
      : []),
    "export { handler };",
  ].join("\n");
}

function serverSource(bench: Bench, workload: Workload, port: number, originPort: number): string {
  const undici = fetchedPackage(bench, "undici");
  if ("missing" in undici) throw new Error(undici.missing);
  const imports = workload.sites.map(
    (_, site) => `import { handler as handler${site} } from './site-${site}.mjs';`,
  );
  const handlers = workload.sites.map((_, site) => `['${hostOf(site)}', handler${site}]`);
  return `import { createServer } from 'node:http';
import undici from ${JSON.stringify(undici.file)};
${imports.join("\n")}
const handlers = new Map([${handlers.join(", ")}]);
const origin = new undici.Pool('http://127.0.0.1:${originPort}', { connections: 64 });
let requests = 0;
${eventSource}
createServer((incoming, outgoing) => {
  const { url, rawHeaders } = incoming;
  const mark = url.indexOf('?');
  const uri = mark < 0 ? url : url.slice(0, mark);
  const query = {};
  if (mark >= 0) for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) query[name] = value;
  const pairs = [];
  for (let i = 0; i < rawHeaders.length; i += 2) pairs.push([rawHeaders[i], rawHeaders[i + 1]]);
  const handler = handlers.get(incoming.headers.host);
  const answer = handler(eventOf(incoming.method, uri, query, pairs, incoming.socket.remoteAddress, String(requests++)));
  if (answer.statusCode === undefined) { forward(answer, mark < 0 ? '' : url.slice(mark), incoming, outgoing); return; }
  const headers = { 'Content-Length': 0 };
  for (const name in answer.headers) headers[name] = answer.headers[name].value;
  outgoing.writeHead(answer.statusCode, headers);
  outgoing.end();
}).listen(${port}, '127.0.0.1');
function forward(request, search, incoming, outgoing) {
  const headers = { ...incoming.headers };
  delete headers.connection;
  origin.dispatch({ path: request.uri + search, method: incoming.method, headers }, {
    onRequestStart() {},
    onResponseStart(controller, status, headers) { delete headers.connection; outgoing.writeHead(status, headers); },
    onResponseData(controller, chunk) { outgoing.write(chunk); },
    onResponseEnd() { outgoing.end(); },
    onResponseError(controller, error) { outgoing.destroy(error); },
  });
}
process.on('SIGTERM', () => process.exit(0));
`;
}
