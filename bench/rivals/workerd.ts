/** Cloudflare's runtime. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { eventSource } from "./event-source.ts";
import { fetchedPackage } from "./fetched-package.ts";
import { nodeModule } from "./node-http.ts";
import { freePort, hostOf, spawnServer, type Rival } from "./rival.ts";

let program: string | { readonly missing: string } | undefined;

export const workerd: Rival = {
  name: "workerd",
  caveat:
    "a function moved there: the event is built from Request's headers, and a Worker that is written for it would build none; it logs and limits nothing here, and keeps nothing: where the others answer hits, it asks the origin",
  canKeep: false,
  missing(bench, workload) {
    if (workload.sites.length > 1) return "it has one site here";
    if (workload.sites[0] === undefined) return "it would do nothing but ask the origin";
    program ??= findProgram(bench);
    return typeof program === "string" ? undefined : program.missing;
  },
  async start({ bench, workload, originPort }) {
    const folder = mkdtempSync(join(bench.folder, "workerd-"));
    const port = await freePort();
    writeFileSync(join(folder, "site.js"), nodeModule(workload, workload.sites[0] ?? ""));
    const respond = workload.viewerResponse ?? "function handler(event) { return event.response; }";
    writeFileSync(join(folder, "respond.js"), nodeModule(workload, respond));
    writeFileSync(join(folder, "worker.js"), workerSource(workload.viewerResponse !== undefined));
    writeFileSync(join(folder, "config.capnp"), configOf(port, originPort));
    const { child, stop } = spawnServer(bench, [
      program as string,
      "serve",
      join(folder, "config.capnp"),
    ]);
    return { name: "workerd", port, pid: child.pid!, hosts: [hostOf(0)], stop };
  },
};

function findProgram(bench: Bench): string | { readonly missing: string } {
  const architecture = process.arch === "x64" ? "64" : process.arch;
  const name = `@cloudflare/workerd-${process.platform}-${architecture}/bin/workerd`;
  const found = fetchedPackage(bench, name);
  if ("missing" in found) return found;
  const { status, stderr, error } = spawnSync(found.file, ["--version"]);
  if (status === 0) return found.file;
  return { missing: `it does not run here: ${error?.message ?? stderr.toString().trim()}` };
}

function configOf(port: number, originPort: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "origin", external = (address = "127.0.0.1:${originPort}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "site.js", esModule = embed "site.js"),
    (name = "respond.js", esModule = embed "respond.js"),
  ],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"],
  bindings = [(name = "ORIGIN", service = "origin")],
);
`;
}

const workerSource = (responds: boolean): string => `import { handler } from './site.js';
import { handler as respond } from './respond.js';
${eventSource}
let requests = 0;
export default {
  async fetch(request, env) {
    const { url, method, headers } = request;
    const start = url.indexOf('/', 8);
    const mark = url.indexOf('?', start);
    const uri = mark < 0 ? url.slice(start) : url.slice(start, mark);
    const query = {};
    if (mark >= 0) for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) query[name] = value;
    const event = eventOf(method, uri, query, [...headers], '127.0.0.1', String(requests++));
    const answer = handler(event);
    if (answer.statusCode === undefined) {
      const asked = new Request(url.slice(0, start) + answer.uri + (mark < 0 ? '' : url.slice(mark)), request);
      for (const name in answer.headers) {
        if (!headers.has(name)) asked.headers.set(name, answer.headers[name].value);
      }
      ${responds ? "return responded(event, await env.ORIGIN.fetch(asked));" : "return env.ORIGIN.fetch(asked);"}
    }
    const out = new Headers();
    for (const name in answer.headers) out.set(name, answer.headers[name].value);
    return new Response(null, { status: answer.statusCode, headers: out });
  },
};
function responded(event, response) {
  const headers = {};
  for (const [name, value] of response.headers) headers[name] = { value };
  event.context.eventType = 'viewer-response';
  event.response = { statusCode: response.status, statusDescription: response.statusText, headers, cookies: {} };
  const answer = respond(event);
  const out = new Response(response.body, response);
  for (const name in answer.headers) {
    const { value } = answer.headers[name];
    if (response.headers.get(name) !== value) out.headers.set(name, value);
  }
  return out;
}
`;
