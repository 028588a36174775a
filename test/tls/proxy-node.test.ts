/** A whole node behind a sender of PROXY headers that is not ours: curl. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createLiveFunction } from "../support/live-function.ts";
import { skipWithout } from "../support/optional.ts";
import { startTestNode } from "../support/test-node.ts";

const run = promisify(execFile);
const skip = skipWithout(["curl", "--version"]);
const source = `function handler(event) {
  return { statusCode: 200, body: event.viewer.ip };
}`;

test(
  "a node takes curl's header on both ports, by HTTP/1.1 and HTTP/2, and nothing without one",
  { skip },
  async (t) => {
    const args = ["--proxy-protocol-from", "192.0.2.1", "--proxy-protocol-from=127.0.0.0/8"];
    const node = await startTestNode({ https: true, args });
    t.after(() => node.stop());
    const { host } = await createLiveFunction(node.client, {
      name: "address",
      source,
      originPort: 8000,
    });
    const curl = async (edge: string, ...more: string[]) => {
      const { protocol, port } = new URL(edge);
      const root = join(node.dataFolder, "ca/root.crt");
      const connecting = ["--cacert", root, "--connect-to", `::127.0.0.1:${port}`];
      // What curl says is its own address on this side.
      const { stdout } = await run("curl", [
        ...["--silent", "--max-time", "60", "--interface", "127.0.0.5", ...connecting, ...more],
        `${protocol}//${host}/`,
      ]);
      return stdout;
    };
    const { edge, edgeHttps = "" } = node;
    const proxied = "--haproxy-protocol";
    assert.equal(await curl(edge, proxied), "127.0.0.5");
    assert.equal(await curl(edgeHttps, proxied, "--http1.1"), "127.0.0.5");
    assert.equal(await curl(edgeHttps, proxied, "--http2"), "127.0.0.5");
    await assert.rejects(curl(edge), { code: 52 });
    await assert.rejects(curl(edgeHttps), { code: 35 });
  },
);

test("a node does not start where who is listed is neither an address nor a network", async () => {
  const args = ["--proxy-protocol-from", "10.0.0.0/33"];
  await assert.rejects(
    startTestNode({ args }),
    /Cannot use --proxy-protocol-from: "10\.0\.0\.0\/33"/,
  );
});
