/** nginx in its three parts here: the origin, by its own means alone, and with functions in njs. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { pin } from "../pinning.ts";
import { originBody } from "../workloads/miss.ts";
import type { Workload } from "../workloads/workload.ts";
import { makeCertificate } from "./bench-certificate.ts";
import { eventSource } from "./event-source.ts";
import { freePort, hostOf, spawnServer, type Rival, type RivalInput } from "./rival.ts";

export const plainNginx: Rival = {
  name: "nginx",
  caveat: "runs no code of a customer: it is what nginx can do by its configuration, and the floor",
  canKeep: true,
  missing: (_, workload) =>
    nginxMissing() ??
    (workload.nginx === undefined ? "nginx has no means of its own for this" : undefined),
  async start(input) {
    const { location = "", http = "" } = input.workload.nginx ?? {};
    const { secure } = input.workload;
    const tls = secure === undefined ? undefined : await tlsSettings(input.bench, secure);
    const site = (port: number): string =>
      `server { listen 127.0.0.1:${port} reuseport${tls?.listen ?? ""}; ${tls?.server ?? ""} location / { ${proxySettings(input.workload)} ${location} } }`;
    return startNginx("nginx", input, (port) => `${http}\n${site(port)}`);
  },
};

export const nginxWithNjs: Rival = {
  name: "nginx + njs",
  caveat:
    "builds its event from r.rawHeadersIn in JavaScript, as one does there; no sandbox, no limit of time, and nothing else of CloudFront",
  canKeep: true,
  missing: (_, { sites: [source] }) =>
    nginxMissing() ??
    (source === undefined ? "without a function it is nginx" : undefined) ??
    (findNjsModule() ? undefined : "libnginx-mod-http-js is not installed"),
  start: (input) => startNginx("nginx + njs", input, (port, home) => njsConfig(input, port, home)),
};

async function tlsSettings(
  { folder }: Bench,
  secure: "http/1.1" | "h2",
): Promise<{ readonly listen: string; readonly server: string }> {
  const home = mkdtempSync(join(folder, "nginx-tls-"));
  const { certificateFile, keyFile } = await makeCertificate(home);
  return {
    listen: secure === "h2" ? " ssl http2" : " ssl",
    server: `ssl_certificate ${certificateFile}; ssl_certificate_key ${keyFile}; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets on;`,
  };
}

/** What is kept is in files that stay open, and in the system's memory. */
function proxySettings({ isKept, originBody = "" }: Workload): string {
  // Full packets are faster for what is large, and dearer for what is not.
  const packets = originBody.length > 65_536 ? " tcp_nopush on;" : "";
  return `proxy_http_version 1.1; proxy_set_header Connection "";${isKept ? " proxy_cache kept;" : ""}${packets}`;
}

function cacheSettings(home: string): string {
  return `proxy_cache_path ${home}/cache levels=1:2 keys_zone=kept:16m max_size=1g inactive=1h use_temp_path=off;
  open_file_cache max=10000 inactive=1h; open_file_cache_valid 1h;`;
}

function nginxMissing(): string | undefined {
  return spawnSync("nginx", ["-v"]).status === 0 ? undefined : "nginx is not installed";
}

export interface Origin {
  readonly port: number;
  /** How many requests it was asked so far. */
  readonly asked: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** One answer to everything, on the core of the load. */
export async function startOrigin(bench: Bench, workload: Workload): Promise<Origin> {
  const port = await freePort();
  const origin = runNginx(bench, 1, (home) => {
    const answer = workload.isKept
      ? `rewrite ^ /body break; add_header Cache-Control max-age=86400;`
      : `return 200 ${JSON.stringify(originBody)};`;
    writeFileSync(join(home, "body"), workload.originBody ?? originBody);
    return `server { listen 127.0.0.1:${port}; root ${home}; location / { default_type text/html; ${answer} }
  location = /bench-status { stub_status; } }`;
  });
  if (bench.cores) pin(origin.pid, bench.cores.loading);
  let looks = 0;
  const asked = async (): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}/bench-status`);
    const [, requests] = /^ \d+ \d+ (\d+)/m.exec(await response.text()) ?? [];
    looks += 1;
    return Number(requests) - looks;
  };
  return { port, asked, stop: origin.stop };
}

async function startNginx(
  name: string,
  { bench, workload, originPort, workers }: RivalInput,
  configOf: (port: number, home: string) => string,
): ReturnType<Rival["start"]> {
  const port = await freePort();
  const upstream = `upstream origin { server 127.0.0.1:${originPort}; keepalive 64; keepalive_requests 1000000000; }`;
  const config = (home: string): string =>
    `${workload.reachesOrigin ? upstream : ""}\n${workload.isKept ? cacheSettings(home) : ""}\n${configOf(port, home)}`;
  const { pid, stop } = runNginx(bench, workers, config);
  return { name, port, pid, hosts: workload.sites.map((_, site) => hostOf(site)), stop };
}

/** @param configOf what stands in the `http` block, given the folder of the server */
function runNginx(
  bench: Bench,
  workers: number,
  configOf: (home: string) => string,
): { readonly pid: number; readonly stop: () => Promise<void> } {
  const home = mkdtempSync(join(bench.folder, "nginx-"));
  const file = join(home, "nginx.conf");
  const modules = findNjsModule();
  // Its own user could not look into the folder.
  writeFileSync(
    file,
    `${modules ? `load_module ${modules};` : ""}
${process.getuid?.() === 0 ? "user root;" : ""} daemon off; pid ${home}/nginx.pid; worker_processes ${workers}; worker_rlimit_nofile 20000;
events { worker_connections 12000; }
http { access_log off; sendfile on; keepalive_requests 1000000000; keepalive_timeout 600s; map_hash_bucket_size 256; map_hash_max_size 4096; variables_hash_max_size 4096;
  server_names_hash_max_size 4096; client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy;
${configOf(home)}
}`,
  );
  const args = ["-p", home, "-c", file, "-e", join(home, "error.log")];
  const tested = spawnSync("nginx", ["-t", ...args]);
  if (tested.status !== 0) throw new Error(`nginx refuses ${file}: ${tested.stderr.toString()}`);
  const on = workers === 1 ? bench : { ...bench, cores: undefined };
  const { child, stop } = spawnServer(on, ["nginx", ...args]);
  return { pid: child.pid!, stop };
}

/** Where the system's packages put the module; nginx looks relative to its home otherwise. */
function findNjsModule(): string | undefined {
  return ["/usr/lib", "/usr/lib64", "/usr/local/lib"]
    .map((folder) => `${folder}/nginx/modules/ngx_http_js_module.so`)
    .find((file) => existsSync(file));
}

function njsConfig({ workload }: RivalInput, port: number, home: string): string {
  const folder = join(home, "sites");
  mkdirSync(folder);
  const { store } = workload;
  const sites = workload.sites.map((source, site) => {
    const file = `site-${site}.js`;
    writeFileSync(join(folder, file), njsModule(workload, source ?? ""));
    const serve = workload.reachesOrigin
      ? proxyByNjs(workload, site)
      : `js_content site_${site}.serve;`;
    const { setsHeader } = workload;
    const variables = workload.reachesOrigin
      ? `js_set $rewritten_${site} site_${site}.rewrite;${setsHeader ? ` js_set $set_${site} site_${site}.header;` : ""}`
      : "";
    return `js_import site_${site} from ${file}; ${variables}
  server { listen 127.0.0.1:${port}${site === 0 ? " reuseport" : ""}; server_name ${hostOf(site)}; location / { ${serve} } }`;
  });
  const values = [...(store ?? [])].map(([key, value]) => `/${key} ${value};`).join("\n");
  const map = store ? `map $uri $value {\n${values}\n}` : "";
  const { viewerResponse } = workload;
  if (viewerResponse) writeFileSync(join(folder, "respond.js"), njsResponder(viewerResponse));
  const responder = viewerResponse ? "js_import respond from respond.js;" : "";
  return `js_path ${folder};\n${responder}\n${map}\n${sites.join("\n")}`;
}

/** The function runs once for a hit; for what nginx has not, the header is asked for too, which runs it again. */
function proxyByNjs(workload: Workload, site: number): string {
  const { isKept, setsHeader, viewerResponse } = workload;
  return [
    proxySettings(workload),
    ...(isKept ? [`proxy_cache_key ${hostOf(site)}$rewritten_${site};`] : []),
    ...(setsHeader ? [`proxy_set_header ${setsHeader} $set_${site};`] : []),
    ...(viewerResponse ? ["js_header_filter respond.respond;"] : []),
    `proxy_pass http://origin$rewritten_${site};`,
  ].join(" ");
}

function njsResponder(source: string): string {
  return `${source}
${eventSource}
function respond(r) {
  var event = eventOf(r.method, r.uri, r.args, r.rawHeadersIn, r.remoteAddress, r.variables.request_id);
  var out = r.headersOut, before = {}, headers = {}, name, answer;
  for (name in out) { before[name.toLowerCase()] = out[name]; headers[name.toLowerCase()] = { value: out[name] }; }
  event.context.eventType = 'viewer-response';
  event.response = { statusCode: r.status, statusDescription: '', headers: headers, cookies: {} };
  answer = handler(event);
  for (name in answer.headers) {
    if (before[name] !== answer.headers[name].value) { out[name] = answer.headers[name].value; }
  }
}
export default { respond };`;
}

/** The function as it is at CloudFront, and what carries it in njs. */
function njsModule(workload: Workload, source: string): string {
  const handler = workload.sourceWithoutStore ?? source;
  // The store is nginx's own map, of the path that the request has.
  const lookup = workload.store
    ? "var current; function valueOf() { return current.variables.value; }"
    : "";
  return `${handler}
${eventSource}
${lookup}
function run(r) {
  ${workload.store ? "current = r;" : ""}
  return handler(eventOf(r.method, r.uri, r.args, r.rawHeadersIn, r.remoteAddress, r.variables.request_id));
}
function rewrite(r) {
  var request = run(r);
  return r.variables.args ? request.uri + '?' + r.variables.args : request.uri;
}
function header(r) { return run(r).headers['${workload.setsHeader ?? "host"}'].value; }
function serve(r) {
  var answer = run(r), name;
  for (name in answer.headers) { r.headersOut[name] = answer.headers[name].value; }
  r.return(answer.statusCode, answer.body || '');
}
export default { rewrite, header, serve };`;
}
