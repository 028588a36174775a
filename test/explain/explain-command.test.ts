/**
 * `footlight explain` on a whole node: by id, by URL, by filters, and of a line of curl.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { createLiveFunction } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(api: string, ...args: string[]): Promise<Ran> {
  return new Promise((done) => {
    const all = [bin, "explain", "--api", api, ...args];
    execFile(process.execPath, all, (error, stdout, stderr) => {
      done({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

/** What it prints where it succeeds. */
async function explain(api: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(api, ...args);
  assert.deepEqual([code, stderr], [0, ""], `explain ${args.join(" ")}: ${stderr}`);
  return stdout;
}

const source = `function handler(event) {
  if (event.request.uri === '/old') return { statusCode: 301, headers: { location: { value: '/new' } } };
  return event.request;
}`;

async function startExplained(
  t: TestContext,
  ...args: string[]
): Promise<{ readonly node: TestNode; readonly host: string; readonly heard: string[] }> {
  const heard: string[] = [];
  const [node, origin] = await Promise.all([
    startTestNode({ workers: 2, args }),
    startTestOrigin(({ headers }, response) => {
      heard.push(String(headers["traceparent"]));
      response.end("from origin");
    }),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const input = { name: "moves", source, originPort: origin.port };
  const { host } = await createLiveFunction(node.client, input);
  return { node, host, heard };
}

test("a request is explained at once, by its id, its URL and its filters", async (t) => {
  const { node, host } = await startExplained(t);
  const { api, edge } = node;
  const answer = await view(edge, host, "/old?x=1");
  const id = String(answer.headers["x-amz-cf-id"]);
  const byId = await explain(api, "--id", id);
  assert.match(byId, /^GET http:\/\/\S+\/old\?x=1 → 301 FunctionGeneratedResponse/);
  assert.match(byId, /decided by: function moves answered by itself/);
  assert.match(byId, /compute utilization \d+, begun at [\d.]+ ms, over at [\d.]+ ms/);
  const byUrl = await explain(api, `http://${host}/old`);
  assert.equal(byUrl, byId);

  await view(edge, host, "/other");
  const [, distribution = ""] = /^ {2}(E[A-Z0-9]{13}) \(/m.exec(byId) ?? [];
  const listed = (...args: string[]) => explain(api, ...args);
  for (const filter of [
    ["--path", "/ol*"],
    ["--status", "301"],
    ["--distribution", distribution, "--path", "/old"],
    ["--function", "moves", "--status", "301"],
    ["--behavior", "*", "--path", "/old"],
    ["--result", "FunctionGeneratedResponse"],
  ]) {
    const text = await listed(...filter);
    assert.match(text, new RegExp(id), filter.join(" "));
    assert.doesNotMatch(text, /\/other/, filter.join(" "));
  }
  assert.match(await listed(), /\/other[^]*\/old[^]*2 kept/);
  assert.match(await listed("--function", "none"), /2 kept/);
  assert.doesNotMatch(await listed("--country", "DE"), /\/old/);
  assert.match((await run(api, "--country", "D")).stderr, /country must be two letters like DE/);
  // One of 64 ids begins as options do.
  for (const absent of ["nosuchid", `-${"a".repeat(51)}-A==`, `--${"a_-".repeat(17)}Q==`]) {
    const none = await run(api, absent);
    assert.deepEqual([none.code, /No such request is kept/.test(none.stderr)], [1, true], absent);
  }
});

test("the request of a line of curl is sent and explained", async (t) => {
  const { node, host } = await startExplained(t);
  const url = `http://${host}:${new URL(node.edge).port}/a`;
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const line = `curl '${url}?b=1' -H 'x-sent: yes' -H 'traceparent: ${traceparent}' -b 'c=secret-1' -s`;
  const sent = await explain(node.api, "--curl", line);
  assert.match(sent, /^GET http:\/\/\S+\/a\?b=1 → 200/);
  assert.match(sent, /x-sent: yes\n/);
  assert.match(sent, /Cookie: c=\[masked\]\n/);
  const elsewhere = ["--edge", node.edge, "--curl", `curl https://${host}/b`];
  const other = await explain(node.api, ...elsewhere);
  assert.match(other, /^GET http:\/\/\S+\/b → 200/);
  const noEdge = await run(node.api, "--curl", `curl ${node.api}/`);
  assert.match(noEdge.stderr, /without X-Amz-Cf-Id: it is no edge/);
});

test("a request by HTTPS is sent and explained, and of many of a URL the newest, whichever worker had it", async (t) => {
  const [node, origin] = await Promise.all([
    startTestNode({ workers: 2, https: true }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const input = { name: "moves", source, originPort: origin.port };
  const { host } = await createLiveFunction(node.client, input);
  const { port } = new URL(node.edgeHttps!);
  const sent = await explain(node.api, "--curl", `curl 'https://${host}:${port}/safe' -s`);
  assert.match(sent, /^GET https:\/\/\S+\/safe → 200/);

  // Connections of their own lead to both workers.
  let newest = "";
  for (let count = 0; count < 40; count += 1) {
    // Of two in one millisecond none is the newest.
    if (count === 39) await delay(5);
    const { headers } = await view(node.edge, host, "/many");
    newest = String(headers["x-amz-cf-id"]);
  }
  const text = await explain(node.api, `http://${host}/many`);
  assert.ok(text.includes(`X-Amz-Cf-Id ${newest}`), text);
  assert.match(await explain(node.api, "--path", "/many"), /41 kept/);
});

test("nothing is kept with --traces off, and the API says how it would be", async (t) => {
  const { node, host } = await startExplained(t, "--traces", "off");
  await view(node.edge, host, "/a");
  const { code, stderr } = await run(node.api);
  assert.match(stderr, /keeps no traces: start it with `footlight start --traces on`/);
  assert.equal(code, 1);
});
