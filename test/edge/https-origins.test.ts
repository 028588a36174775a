import assert from "node:assert/strict";
import { createServer } from "node:https";
import { test, type TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { certificate, privateKey } from "./origin-certificate.ts";
import { cachingDisabled, listenOn, startScene, type OriginConfig } from "./viewer-scene.ts";

/** An HTTPS origin that answers the name it was asked for in the handshake. */
function listenTls(t: TestContext): Promise<number> {
  const origin = createServer({ key: privateKey, cert: certificate }, (message, response) => {
    response.end(String((message.socket as TLSSocket).servername));
  });
  return listenOn(t, origin);
}

function httpsOnly(port: number, DomainName: string): Partial<OriginConfig> {
  return {
    DomainName,
    ConnectionAttempts: 1,
    CustomOriginConfig: {
      HTTPPort: 80,
      HTTPSPort: port,
      OriginProtocolPolicy: "https-only",
      OriginSslProtocols: { Quantity: 1, Items: ["TLSv1.2"] },
    },
  };
}

const trusted = { originCertificateAuthorities: [certificate] };
/** Host is not forwarded, so the origin's own name is what counts. */
const ownName = { behavior: { CachePolicyId: cachingDisabled, OriginRequestPolicyId: undefined } };

test("an origin over HTTPS is asked for its own name", async (t) => {
  const port = await listenTls(t);
  const originConfig = httpsOnly(port, "localhost");
  const scene = await startScene(t, { originPort: port, originConfig, ...trusted, ...ownName });
  for (const _ of [1, 2]) {
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, 200);
    assert.equal(reply.body, "localhost");
  }
});

test("an origin whose certificate nobody vouches for gives 502", async (t) => {
  const port = await listenTls(t);
  const originConfig = httpsOnly(port, "localhost");
  const scene = await startScene(t, { originPort: port, originConfig, ...ownName });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
});

test("an origin whose certificate is for another name gives 502", async (t) => {
  const port = await listenTls(t);
  const originConfig = httpsOnly(port, "shop.localhost");
  const scene = await startScene(t, { originPort: port, originConfig, ...trusted, ...ownName });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
});

test("an origin may have a certificate for the Host that is forwarded to it", async (t) => {
  const port = await listenTls(t);
  const originConfig = httpsOnly(port, "shop.localhost");
  const config = { Aliases: { Quantity: 1, Items: ["sni.example.com"] } };
  const scene = await startScene(t, { originPort: port, originConfig, config, ...trusted });
  const reply = await scene.ask("GET / HTTP/1.1", "Host: sni.example.com:8080");
  assert.equal(reply.status, 200);
  assert.equal(reply.body, "sni.example.com");
});

test("match-viewer asks over HTTP what was asked over HTTP", async (t) => {
  const scene = await startScene(t);
  scene.setState((state) => {
    const distribution = state.distributions.get("E1");
    assert.ok(distribution);
    const [origin] = distribution.config.Origins?.Items ?? [];
    assert.ok(origin?.CustomOriginConfig);
    const CustomOriginConfig = {
      ...origin.CustomOriginConfig,
      HTTPSPort: 1,
      OriginProtocolPolicy: "match-viewer" as const,
    };
    const Origins = { Quantity: 1, Items: [{ ...origin, CustomOriginConfig }] };
    const config = { ...distribution.config, Origins };
    return { ...state, distributions: state.distributions.set("E1", { ...distribution, config }) };
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "from origin");
});
