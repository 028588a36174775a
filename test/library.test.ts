/** The library as a program uses it: a whole node, however that program was started. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { checkFunction, startNode } from "../src/index.ts";
import { temporaryFolder } from "./support/test-node.ts";

test("startNode() runs a node in this process, on what differs from the defaults", async () => {
  const node = await startNode({
    apiPort: 0,
    edgePort: 0,
    workers: 1,
    data: temporaryFolder(),
    account: "123456789012",
  });
  const health = await fetch(`${node.api}/footlight/v1/health`);
  const { data } = (await health.json()) as { data: { id: string; edge_workers: number } };
  assert.deepEqual([data.id, data.edge_workers], ["123456789012", 1]);
  const viewed = await fetch(`${node.edge}/`);
  assert.equal(viewed.status, 403);
  await node.close();
  await assert.rejects(fetch(`${node.api}/footlight/v1/health`));
});

test("Two nodes of one process do not share their ports or their accounts", async () => {
  const start = (account: string): ReturnType<typeof startNode> =>
    startNode({ apiPort: 0, edgePort: 0, workers: 1, data: temporaryFolder(), account });
  const nodes = await Promise.all([start("111111111111"), start("222222222222")]);
  assert.equal(new Set(nodes.flatMap(({ api, edge }) => [api, edge])).size, 4);
  await Promise.all(nodes.map((node) => node.close()));
});

test("startNode() needs no flag of Node: what runs functions is started with it", async () => {
  const index = resolve(import.meta.dirname, "../src/index.ts");
  const settings = { apiPort: 0, edgePort: 0, workers: 1, data: temporaryFolder() };
  const code = `const { startNode } = await import(${JSON.stringify(index)});
    const node = await startNode(${JSON.stringify(settings)});
    console.log((await fetch(node.edge)).status);
    await node.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "-e",
    code,
  ]);
  assert.equal(stdout, "403\n");
});

test("checkFunction() is there for programs, without a node", () => {
  const [finding] = checkFunction("class A {}", "cloudfront-js-2.0");
  assert.equal(finding?.severity, "error");
});
