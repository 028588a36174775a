/** Every scenario of this folder, each on a node of its own account. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { runScenario } from "../support/scenario.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";

let node: TestNode;
let origin: TestOrigin;

before(async () => {
  [node, origin] = await Promise.all([
    startTestNode({ args: ["--allow-reset"] }),
    startTestOrigin(),
  ]);
});
beforeEach(async () => {
  await fetch(`${node.api}/footlight/v1/reset`, { method: "POST" });
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".txt"))) {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  test(`${file}: ${text.split("\n")[0]?.replace(/^# */, "")}`, async () => {
    const { client, edge } = node;
    await runScenario(text, { client, edge, originPort: origin.port });
  });
}
