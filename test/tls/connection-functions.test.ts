/** Connection functions at the edge: who they let in, and what is noted of it. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { connect as connectHttp2 } from "node:http2";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";
import { Map } from "immutable";
import type { PemPair } from "../../src/certificates/local-authority.ts";
import { asFunction, withPublished } from "../../src/model/connection-function.ts";
import { publishedOnce } from "../../src/model/function-versions.ts";
import type { Resource } from "../../src/model/resource.ts";
import type { EdgeFunctions } from "../../src/runtime/function-runtime.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import type { State } from "../../src/state/state.ts";
import { domainName, type Config, type SceneOptions } from "../edge/viewer-scene.ts";
import {
  startCertificateScene,
  trustStore,
  wantedBy,
  type CertificateScene,
} from "./certificate-scene.ts";
import { makeClient, makeClientRoot } from "./client-authority.ts";
import { askOn, root as serverRoot } from "./secure-scene.ts";

const root = await makeClientRoot();
const good = await makeClient(root);
const strange = await makeClient(await makeClientRoot());

function published(source: string): Resource {
  const config = {
    Name: "gate",
    ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
    ConnectionFunctionCode: Buffer.from(source).toString("base64"),
  };
  const resource = {
    ...{ kind: "connection-function", id: "cf_1", attributes: {}, deployRevision: 1 },
    ...{ config, version: 1, createdTime: "", lastModifiedTime: "" },
  } as unknown as Resource<"connection-function">;
  const fn = asFunction(resource);
  return withPublished(resource, publishedOnce(fn, fn.development));
}

function resourcesWith(source: string | undefined): State["resources"] {
  const stores = trustStore(root);
  if (source === undefined) return stores;
  const functions = Map([["cf_1", published(source)]]);
  return stores.set("connection-function", functions);
}

async function startScene(
  t: TestContext,
  source: string | undefined,
  mode: "required" | "optional" | "passthrough" = "required",
  options: SceneOptions = {},
): Promise<CertificateScene> {
  const runtime = createRuntime();
  t.after(() => runtime.close());
  const config: Partial<Config> = {
    ...wantedBy(mode),
    ConnectionFunctionAssociation: { Id: "cf_1" },
  };
  return startCertificateScene(t, config, {
    runtime,
    resources: resourcesWith(source),
    ...options,
  });
}

function showing(pair: PemPair | undefined): ConnectionOptions {
  if (pair === undefined) return { servername: domainName };
  return { servername: domainName, cert: pair.certificate, key: pair.privateKey };
}

async function statusFor(scene: CertificateScene, options: ConnectionOptions): Promise<number> {
  try {
    const socket = await scene.connect(options);
    socket.on("error", () => {});
    return (await askOn(socket, "/", domainName)).status;
  } catch {
    return 0;
  }
}

const endings = (scene: CertificateScene) =>
  scene.records.map(({ outcome, logData }) => [outcome, logData]);

test("allow() lets in, deny(), neither and a failure don't, and each is noted", async (t) => {
  const cases: readonly (readonly [string, number, string, string])[] = [
    ["c.logCustomData('hi'); c.allow()", 200, "Success", "hi"],
    ["c.logCustomData('no'); c.deny()", 0, "Failed:ConnectionFunctionDenied", "no"],
    ["", 0, "Failed:ConnectionFunctionDenied", ""],
    ["c.allow(); null.x", 0, "Failed:ConnectionFunctionError", ""],
    ["c.allow(); for (;;) {}", 0, "Failed:ConnectionFunctionError", ""],
  ];
  for (const [body, status, outcome, logData] of cases) {
    const scene = await startScene(t, `function connectionHandler(c) { ${body} }`);
    assert.equal(await statusFor(scene, showing(good)), status, body);
    assert.deepEqual(endings(scene), [[outcome, logData]]);
    assert.equal(scene.records[0]?.certificate?.subject, "O=Example,CN=device 7");
  }
});

test("the function is told who connects, and runs after the certificate was judged", async (t) => {
  const scene = await startScene(
    t,
    `function connectionHandler(c) { c.logCustomData(JSON.stringify(c)); c.allow() }`,
  );
  assert.equal(await statusFor(scene, showing(good)), 200);
  assert.equal(await statusFor(scene, showing(strange)), 0);
  const [first, second] = scene.records;
  const told = JSON.parse(first!.logData);
  const { leaf } = told.clientCertificate.certificates;
  assert.deepEqual(told.clientCertInfo, leaf);
  assert.equal(leaf.serialNumber, "4a:3f:5c:92");
  assert.match(leaf.sha256Fingerprint, /^[A-Za-z0-9_-]{43}=$/);
  assert.equal(told.clientIp, "127.0.0.1");
  assert.equal(told.endpoint, domainName);
  assert.equal(told.distributionId, "E1");
  assert.equal(told.connectionId, first?.id);
  assert.deepEqual([second?.outcome, second?.logData], ["Failed:ClientCertUntrusted", ""]);
});

test("in modes optional and passthrough it runs without a certificate, too", async (t) => {
  const source = `function connectionHandler(c) {
    if (c.clientCertificate) c.allow(); else { c.logCustomData("none"); c.deny() }
  }`;
  for (const mode of ["optional", "passthrough"] as const) {
    const scene = await startScene(t, source, mode);
    assert.equal(await statusFor(scene, showing(good)), 200);
    assert.equal(await statusFor(scene, showing(undefined)), 0);
    assert.deepEqual(endings(scene), [
      ["Success", ""],
      ["Failed:ConnectionFunctionDenied", "none"],
    ]);
  }
});

test("what is published counts for the next connection; where nothing is, nobody is let in", async (t) => {
  const scene = await startScene(t, undefined);
  const publish = (source: string) =>
    scene.setState((state) => ({ ...state, resources: resourcesWith(source) }));
  assert.equal(await statusFor(scene, showing(good)), 0);
  publish("function connectionHandler(c) { c.allow() }");
  const open = await scene.connect(showing(good));
  assert.equal(await statusFor(scene, showing(good)), 200);
  publish("function connectionHandler(c) { c.deny() }");
  assert.equal(await statusFor(scene, showing(good)), 0);
  assert.equal((await askOn(open, "/", domainName)).status, 200, "one that is open stays");
});

/** As the slow lane does it. */
function later(runtime: ReturnType<typeof createRuntime>): EdgeFunctions {
  return {
    async run(copy, event, store) {
      await setTimeout(50);
      return runtime.run(copy, event, store);
    },
  };
}

test("a decision that comes later holds the viewer's requests until then, by HTTP/1.1 and HTTP/2", async (t) => {
  const runtime = createRuntime();
  t.after(() => runtime.close());
  const edgeFunctions = later(runtime);
  const allowing = await startScene(t, "function connectionHandler(c) { c.allow() }", "required", {
    edgeFunctions,
  });
  assert.equal(await statusFor(allowing, showing(good)), 200);
  const session = connectHttp2(`https://127.0.0.1:${allowing.securePort}`, {
    ...showing(good),
    ca: serverRoot,
    ALPNProtocols: ["h2"],
  });
  t.after(() => session.destroy());
  const stream = session.request({ ":path": "/", ":authority": domainName });
  const status = await new Promise((resolve) => {
    stream.on("response", (headers) => resolve(headers[":status"]));
  });
  assert.equal(status, 200);
  stream.resume();

  const denying = await startScene(t, "function connectionHandler() {}", "required", {
    edgeFunctions,
  });
  assert.equal(await statusFor(denying, showing(good)), 0);
  const leaving = await denying.connect(showing(good));
  leaving.destroy();
  while (denying.records.length < 2) await setTimeout(10);
  assert.equal(denying.records.length, 2);
  assert.equal(denying.asked.length, 0);
});
