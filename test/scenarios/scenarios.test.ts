/** Every scenario of this folder, each on a node of its own account. */
import type { IncomingMessage, ServerResponse } from "node:http";
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
    startTestOrigin(answerAsAsked),
  ]);
});
beforeEach(async () => {
  await fetch(`${node.api}/footlight/v1/reset`, { method: "POST" });
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

/**
 * The origin of every scenario: 200 and the request line, as `GET /path`, unless the path begins
 * with a status, as in `/404/page`. It repeats the headers it was asked with as Asked-Cookie and
 * so on, and sets two cookies.
 */
function answerAsAsked(request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(request.headers)) {
    response.setHeader(`Asked-${name}`, value ?? "");
  }
  response.setHeader("Content-Type", "text/plain");
  response.setHeader("Set-Cookie", ["session=old; Path=/; Secure", "theme=dark"]);
  const [, status = "200"] = /^\/(\d{3})\//.exec(request.url ?? "") ?? [];
  response.statusCode = Number(status);
  response.end(`${request.method} ${request.url}`);
}

for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".txt"))) {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  test(`${file}: ${text.split("\n")[0]?.replace(/^# */, "")}`, async () => {
    const { client, edge } = node;
    await runScenario(text, { client, edge, originPort: origin.port });
  });
}
