/** nginx in its three parts here: the origin, by its own means alone, and with functions in njs. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { pin } from "../pinning.ts";
import { originBody } from "../workloads/miss.ts";
import type { Workload } from "../workloads/workload.ts";
import { eventSource } from "./event-source.ts";
import { freePort, hostOf, spawnServer, type Rival, type RivalInput } from "./rival.ts";

export const plainNginx: Rival = {
  name: "nginx",
  caveat: "runs no code of a customer: it is what nginx can do by its configuration, and the floor",
  missing: (_, workload) =>
    nginxMissing() ??
    (workload.nginx === undefined ? "nginx has no means of its own for this" : undefined),
  async start(input) {
    const { location = "", http = "" } = input.workload.nginx ?? {};
    const site = (port: number): string =>
      `server { listen 127.0.0.1:${port} reuseport; location / { ${proxySettings} ${location} } }`;
    return startNginx("nginx", input, (port) => `${http}\n${site(port)}`);
  },
};

export const nginxWithNjs: Rival = {
  name: "nginx + njs",
  caveat:
    "builds its event from r.rawHeadersIn in JavaScript, as one does there; no sandbox, no limit of time, and nothing else of CloudFront",
  missing: () =>
    nginxMissing() ?? (findNjsModule() ? undefined : "libnginx-mod-http-js is not installed"),
  start: (input) => startNginx("nginx + njs", input, (port, home) => njsConfig(input, port, home)),
};

const proxySettings = 'proxy_http_version 1.1; proxy_set_header Connection "";';

function nginxMissing(): string | undefined {
  return spawnSync("nginx", ["-v"]).status === 0 ? undefined : "nginx is not installed";
}

/** A small answer to everything, on the core of the load. */
export async function startOrigin(
  bench: Bench,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const port = await freePort();
  const server = `server { listen 127.0.0.1:${port}; location / { default_type text/html; return 200 ${JSON.stringify(originBody)}; } }`;
  const origin = runNginx(bench, 1, () => server);
  if (bench.cores) pin(origin.pid, bench.cores.loading);
  return { port, stop: origin.stop };
}

async function startNginx(
  name: string,
  { bench, workload, originPort, workers }: RivalInput,
  configOf: (port: number, home: string) => string,
): ReturnType<Rival["start"]> {
  const port = await freePort();
  const upstream = `upstream origin { server 127.0.0.1:${originPort}; keepalive 64; keepalive_requests 1000000000; }`;
  const config = (home: string): string =>
    `${workload.reachesOrigin ? upstream : ""}\n${configOf(port, home)}`;
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
  writeFileSync(
    file,
    `${modules ? `load_module ${modules};` : ""}
daemon off; pid ${home}/nginx.pid; worker_processes ${workers}; worker_rlimit_nofile 20000;
events { worker_connections 12000; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; map_hash_bucket_size 256; map_hash_max_size 4096;
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
    writeFileSync(join(folder, file), njsModule(workload, source));
    const serve = workload.reachesOrigin
      ? `${proxySettings} proxy_pass http://origin$rewritten_${site};`
      : `js_content site_${site}.serve;`;
    const rewritten = workload.reachesOrigin
      ? `js_set $rewritten_${site} site_${site}.rewrite;`
      : "";
    return `js_import site_${site} from ${file}; ${rewritten}
  server { listen 127.0.0.1:${port}${site === 0 ? " reuseport" : ""}; server_name ${hostOf(site)}; location / { ${serve} } }`;
  });
  const values = [...(store ?? [])].map(([key, value]) => `/${key} ${value};`).join("\n");
  const map = store ? `map $uri $value {\n${values}\n}` : "";
  return `js_path ${folder};\n${map}\n${sites.join("\n")}`;
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
function serve(r) {
  var answer = run(r), name;
  for (name in answer.headers) { r.headersOut[name] = answer.headers[name].value; }
  r.return(answer.statusCode, answer.body || '');
}
export default { rewrite, serve };`;
}
