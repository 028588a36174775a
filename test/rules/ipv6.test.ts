/** Viewers that come by IPv6: what functions and origins are told of them, and who turns them away. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, connect, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { createListener } from "../../src/edge/viewer/node-http.ts";
import { startNode } from "../../src/node/start-node.ts";
import {
  domainName,
  parseReply,
  startScene,
  type Reply,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { group, multiTenant, tenant, withResources } from "./tenant-scene.ts";

const probe = createServer();
const hasIPv6 = await new Promise<boolean>((resolve) => {
  probe.once("error", () => resolve(false));
  probe.listen(0, "::1", () => probe.close(() => resolve(true)));
});
const options = { skip: hasIPv6 ? false : "this machine has no IPv6" };

/** A scene whose edge listens at another address too. */
async function sceneAt(
  t: TestContext,
  address: string,
  given: SceneOptions = {},
): Promise<{ readonly scene: Scene; readonly port: number }> {
  const scene = await startScene(t, given);
  const { server } = createListener(scene.edge);
  server.listen(0, address);
  await once(server, "listening");
  t.after(() => server.close());
  return { scene, port: (server.address() as AddressInfo).port };
}

async function ask(
  port: number,
  { from = "::1", host = domainName } = {},
): Promise<Reply & { readonly viewerPort: number }> {
  const socket = connect(port, from);
  await once(socket, "connect");
  const viewerPort = socket.localPort ?? 0;
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return { ...parseReply(Buffer.concat(chunks).toString()), viewerPort };
}

/** AllViewerAndCloudFrontHeaders-2022-06. */
const withEdgeHeaders = { OriginRequestPolicyId: "33f36d7e-f396-46d9-90e0-52428a34d9dc" };

test("a viewer's IPv6 address is what functions and origins are told", options, async (t) => {
  let seen = "";
  const { scene, port } = await sceneAt(t, "::1", {
    behavior: withEdgeHeaders,
    viewerRequest: ({ viewerIp, request }) => {
      seen = viewerIp;
      return { type: "request", request };
    },
  });
  const { status, viewerPort } = await ask(port);
  assert.equal(status, 200);
  assert.equal(seen, "::1");
  assert.equal(scene.asked[0]?.headers["x-forwarded-for"], "::1");
  assert.equal(scene.asked[0]?.headers["cloudfront-viewer-address"], `::1:${viewerPort}`);
});

test(
  "an IPv4 viewer of an edge that listens on all addresses has its IPv4 address",
  options,
  async (t) => {
    const { scene, port } = await sceneAt(t, "::", { config: { IsIPV6Enabled: false } });
    assert.equal((await ask(port, { from: "127.0.0.1" })).status, 200);
    assert.equal(scene.asked[0]?.headers["x-forwarded-for"], "127.0.0.1");
  },
);

for (const [IsIPV6Enabled, status] of [
  [true, 200],
  [undefined, 200],
  [false, 403],
] as const) {
  test(
    `IsIPV6Enabled ${IsIPV6Enabled} answers viewers over IPv6 with ${status}`,
    options,
    async (t) => {
      const config = { ...(IsIPV6Enabled !== undefined && { IsIPV6Enabled }) };
      const { scene, port } = await sceneAt(t, "::1", { config });
      const reply = await ask(port);
      assert.equal(reply.status, status);
      assert.equal(reply.body.includes("does not serve viewers over IPv6"), status === 403);
      assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
    },
  );
}

for (const Ipv6Enabled of [true, false]) {
  test(
    `a tenant's connection group says whether it has IPv6: ${Ipv6Enabled}`,
    options,
    async (t) => {
      const config = { ...multiTenant(), IsIPV6Enabled: false };
      const { scene, port } = await sceneAt(t, "::1", { config });
      scene.setState((state) =>
        withResources(state, group({ Ipv6Enabled }), tenant("dt_1", ["shop.example.com"])),
      );
      const { status } = await ask(port, { host: "shop.example.com" });
      assert.equal(status, Ipv6Enabled ? 200 : 403);
    },
  );
}

for (const edgeHost of ["::1", "[::1]"]) {
  test(`a node listens on ${edgeHost}`, options, async (t) => {
    const data = temporaryFolder();
    const node = await startNode({
      data,
      edgeHost,
      apiHost: edgeHost,
      apiPort: 0,
      edgePort: 0,
      workers: 1,
    });
    t.after(node.close);
    assert.match(node.api ?? "", /^http:\/\/\[::1\]:\d+$/);
    const { port } = new URL(node.edge ?? "");
    assert.equal((await ask(Number(port))).status, 403);
  });
}
