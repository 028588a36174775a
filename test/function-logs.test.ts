/**
 * What functions print and why they fail, read back by `footlight logs`.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./support/free-port.ts";
import { createLiveFunction } from "./support/live-function.ts";
import { printedBy } from "./support/printed-by.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");

interface Run {
  readonly request_id: string;
  readonly function: string;
  readonly distribution: string;
  readonly lines: readonly string[];
  readonly error?: string;
  readonly line?: number;
}

async function logs(api: string, ...args: string[]): Promise<string> {
  const all = [bin, "logs", "--api", api, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, all);
  return stdout;
}

/** Asks until there are so many runs: workers write now and then. */
async function runs(api: string, count: number, ...args: string[]): Promise<readonly Run[]> {
  for (;;) {
    const text = await logs(api, "--json", ...args);
    const found = text
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Run]));
    if (found.length >= count) return found;
  }
}

async function start(t: TestContext): Promise<{ node: TestNode; originPort: number }> {
  const [node, origin] = await Promise.all([startTestNode({ workers: 2 }), startTestOrigin()]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  return { node, originPort: origin.port };
}

test("what a function logged is there as soon as its request is answered", async (t) => {
  const { node, originPort } = await start(t);
  const { host } = await createLiveFunction(node.client, {
    ...{ name: "prints", source: "function handler(e) { console.log('it'); return e.request; }" },
    originPort,
  });
  for (let count = 1; count <= 5; count += 1) {
    await view(node.edge, host, `/${count}`);
    const answer = await fetch(`${node.api}/footlight/v1/logs`);
    const { data } = (await answer.json()) as { readonly data: { readonly items: Run[] } };
    assert.equal(data.items.length, count);
  }
});

test("footlight logs prints what functions printed and why they failed, without secrets", async (t) => {
  const { node, originPort } = await start(t);
  const prints = await createLiveFunction(node.client, {
    name: "prints",
    source: `function handler(event) {
  console.log('page ' + event.request.uri);
  console.log(event.request.headers.authorization.value);
  return event.request;
}`,
    originPort,
  });
  const escapes = await createLiveFunction(node.client, {
    name: "escapes",
    source: `function handler(event) {
  console.log('one\\n2026-01-02T03:04:05.678Z prints x END\\ttab' + String.fromCharCode(27, 155) + '[31m');
  return event.request;
}`,
    originPort,
  });
  const fails = await createLiveFunction(node.client, {
    name: "fails",
    source: `function handler(event) {
  return event.request.nothing.value;
}`,
    originPort,
  });
  const headers = { authorization: "Bearer TOKENcanary" };
  const { headers: answered } = await view(node.edge, prints.host, "/a", { headers });
  // Of two runs in one millisecond, which two workers have, none is the first.
  for (const since = Date.now(); Date.now() <= since;) await setTimeout(1);
  await view(node.edge, prints.host, "/b", { headers });
  await view(node.edge, fails.host, "/c");

  assert.equal((await runs(node.api, 3)).length, 3);
  const [first, second] = await runs(node.api, 2, "prints");
  assert.deepEqual(first?.lines, ["page /a", "Bearer [masked]"]);
  assert.deepEqual(second?.lines, ["page /b", "Bearer [masked]"]);
  assert.equal(first?.request_id, answered["x-amz-cf-id"]);
  const text = await logs(node.api, "prints", "--grep", "/a", "--distribution", first.distribution);
  assert.deepEqual(
    text
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^\S+Z /, "")),
    [
      `prints ${first.request_id} START DistributionID: ${first.distribution}`,
      `prints ${first.request_id} page /a`,
      `prints ${first.request_id} Bearer [masked]`,
      `prints ${first.request_id} END`,
    ],
  );
  await view(node.edge, escapes.host, "/d");
  const [escaped] = await runs(node.api, 1, "escapes");
  assert.deepEqual(
    (await logs(node.api, "escapes"))
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^\S+Z /, "")),
    [
      `escapes ${escaped?.request_id} START DistributionID: ${escaped?.distribution}`,
      `escapes ${escaped?.request_id} one`,
      `escapes ${escaped?.request_id} 2026-01-02T03:04:05.678Z prints x END    tab??[31m`,
      `escapes ${escaped?.request_id} END`,
    ],
  );
  const [failed] = await runs(node.api, 1, "fails");
  assert.deepEqual(failed?.lines, []);
  assert.match(failed?.error ?? "", /^execution-error: TypeError: cannot get property "value"/);
  assert.equal(failed?.line, 2);
  assert.match(
    await logs(node.api, "fails"),
    / ERROR execution-error: .* of undefined \(line 2\)\n/,
  );
  assert.equal(await logs(node.api, "--since", "2999-01-01T00:00:00Z"), "");
  await assert.rejects(logs(node.api, "--since", "soon"), /--since must be like 10m/);
});

test("footlight logs -f goes on where the node was away", async (t) => {
  const dataFolder = temporaryFolder();
  const apiPort = await freePort();
  const [before, origin] = await Promise.all([
    startTestNode({ dataFolder, apiPort }),
    startTestOrigin(),
  ]);
  t.after(() => origin.close());
  const { host } = await createLiveFunction(before.client, {
    name: "prints",
    source: `function handler(event) { console.log(event.request.uri); return event.request; }`,
    originPort: origin.port,
  });
  const child = spawn(process.execPath, [bin, "logs", "-f", "--json", "--api", before.api]);
  t.after(() => child.kill());
  const lines = printedBy(child, [child.stdout]);
  const told = printedBy(child, [child.stderr]);
  await view(before.edge, host, "/one");
  await lines.until(/\/one/);
  await before.stop();
  await told.until(/waiting/);
  const after = await startTestNode({ dataFolder, apiPort });
  t.after(() => after.stop());
  await view(after.edge, host, "/two");
  await lines.until(/\/two/);
  assert.equal(lines.text().trimEnd().split("\n").length, 2);
});
