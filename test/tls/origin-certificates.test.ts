/** Origins that ask for a certificate: which one they are shown, and what becomes of requests where there is none. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { createServer } from "node:https";
import { test, type TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import {
  readServerCertificate,
  type ServerCertificate,
} from "../../src/certificates/server-certificate.ts";
import {
  listenOn,
  originConfig,
  startScene,
  type OriginConfig,
  type Scene,
} from "../edge/viewer-scene.ts";
import { makeClient, makeClientRoot } from "./client-authority.ts";
import { certificateFor, root as serverRoot } from "./secure-scene.ts";

const arn = "arn:aws:acm:us-east-1:000000000000:certificate/1";
const root = await makeClientRoot();
const first = await makeClient(root, { subject: "CN=first" });
const second = await makeClient(root, { subject: "CN=second" });
const read = ({ certificate, privateKey }: typeof first) =>
  readServerCertificate(certificate, privateKey);

interface Origin extends Scene {
  /** Whose certificates it was shown, a request each. */
  readonly shown: (string | undefined)[];
}

async function startOrigin(
  t: TestContext,
  id: string | undefined,
  find: (id: string) => ServerCertificate | undefined,
): Promise<Origin> {
  const { chain, privateKey } = await certificateFor("127.0.0.1", "localhost");
  const shown: (string | undefined)[] = [];
  const asking = { requestCert: true, rejectUnauthorized: true, ca: root.certificate };
  const origin = createServer({ cert: chain, key: privateKey, ...asking }, (message, response) => {
    shown.push((message.socket as TLSSocket).getPeerX509Certificate()?.subject);
    response.end("from origin");
  });
  const port = await listenOn(t, origin);
  const custom = originConfig(port).CustomOriginConfig as NonNullable<
    OriginConfig["CustomOriginConfig"]
  >;
  const scene = await startScene(t, {
    originPort: port,
    originCertificateAuthorities: [serverRoot],
    findOriginCertificate: find,
    originConfig: {
      ConnectionAttempts: 1,
      CustomOriginConfig: {
        ...custom,
        OriginProtocolPolicy: "https-only",
        ...(id !== undefined && { OriginMtlsConfig: { ClientCertificateArn: id } }),
      },
    },
  });
  return { ...scene, shown };
}

test("an origin is shown the certificate of its ARN, and a changed one from the next connection on", async (t) => {
  let known = read(first);
  const scene = await startOrigin(t, arn, (id) => (id === arn ? known : undefined));
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
  known = read(second);
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
  assert.equal((await scene.ask("POST / HTTP/1.1", "Content-Length: 0")).status, 200);
  assert.deepEqual(scene.shown, ["CN=first", "CN=first", "CN=second", "CN=second"]);
});

test("without the certificate, or without the setting, the origin is not asked", async (t) => {
  const unknown = await startOrigin(t, arn, () => undefined);
  assert.equal((await unknown.ask("GET / HTTP/1.1")).status, 502);
  const unset = await startOrigin(t, undefined, () => read(first));
  assert.equal((await unset.ask("GET / HTTP/1.1")).status, 502);
  assert.deepEqual([...unknown.shown, ...unset.shown], []);
});
