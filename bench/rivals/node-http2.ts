/** Node's HTTP/2 with nothing around it, which answers what it is told to: what of a request's cost is Node's. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "./bench-certificate.ts";
import { freePort, hostOf, spawnServer, type Rival } from "./rival.ts";

export const nodeHttp2: Rival = {
  name: "node:http2",
  caveat:
    "answers all with one body from memory, with half of the headers: the floor of who builds on Node",
  canKeep: true,
  missing: (_, { secure }) => (secure === "h2" ? undefined : "it speaks HTTP/2 alone"),
  async start({ bench, workload }) {
    const folder = mkdtempSync(join(bench.folder, "node-http2-"));
    const port = await freePort();
    const { certificateFile, keyFile } = await makeCertificate(folder);
    const file = join(folder, "server.mjs");
    writeFileSync(
      file,
      `import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
const body = Buffer.from(${JSON.stringify(workload.originBody)});
const server = createSecureServer({ cert: readFileSync(${JSON.stringify(certificateFile)}), key: readFileSync(${JSON.stringify(keyFile)}), allowHTTP1: true });
const headers = { 'content-type': 'text/html', 'cache-control': 'max-age=86400', 'content-length': body.length };
server.on('stream', (stream) => { stream.on('error', () => {}); stream.respond({ ':status': 200, ...headers }); stream.end(body); });
server.on('request', (request, response) => { if (request.httpVersionMajor === 1) { response.writeHead(200, headers); response.end(body); } });
server.listen(${port}, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`,
    );
    const { child, stop } = spawnServer(bench, [process.execPath, file]);
    const hosts = workload.sites.map((_, site) => hostOf(site));
    return { name: "node:http2", port, pid: child.pid!, hosts, stop };
  },
};
