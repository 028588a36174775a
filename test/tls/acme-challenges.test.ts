/** What an authority that looks whether a name leads here is shown by an edge. */
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { test, type TestContext } from "node:test";
import { makeChallengeCertificate } from "../../src/certificates/acme/challenge-certificate.ts";
import { connectSecurely, startSecureScene } from "./secure-scene.ts";

const name = "www.example.com";
const token = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";
const keyAuthorization = `${token}.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI`;
const period = { notBefore: new Date(0), notAfter: new Date(Date.now() + 3_600_000) };

async function startChallenged(t: TestContext) {
  const scene = await startSecureScene(t, { config: { Enabled: false } });
  const made = await makeChallengeCertificate(name, keyAuthorization, period);
  scene.setState((state) => ({
    ...state,
    acmeChallenges: state.acmeChallenges.set(name, { name, token, keyAuthorization, ...made }),
  }));
  return scene;
}

test("HTTP-01: the token is answered for any host, over http and https, and no other one", async (t) => {
  const scene = await startChallenged(t);
  const path = `/.well-known/acme-challenge/${token}`;
  const answer = await scene.ask(`GET ${path} HTTP/1.1`, "Host: www.example.com");
  assert.deepEqual([answer.status, answer.body], [200, keyAuthorization]);
  assert.equal(answer.headers["content-type"], "application/octet-stream");
  const secured = await scene.askSecurely(path, "localhost");
  assert.deepEqual([secured.status, secured.body], [200, keyAuthorization]);
  const head = await scene.ask(`HEAD ${path} HTTP/1.1`, "Host: www.example.com");
  assert.deepEqual([head.status, head.body], [200, ""]);
  for (const other of [`${path}x`, "/.well-known/acme-challenge/", `${path}/`]) {
    assert.equal((await scene.ask(`GET ${other} HTTP/1.1`, `Host: ${name}`)).status, 403, other);
  }
  assert.equal((await scene.ask(`POST ${path} HTTP/1.1`, `Host: ${name}`)).status, 403);
  assert.equal(scene.asked.length, 0);
});

test("TLS-ALPN-01: who speaks acme-tls/1 alone and names the host is shown the certificate that proves it", async (t) => {
  const { securePort } = await startChallenged(t);
  const open = (servername: string, ...ALPNProtocols: string[]) =>
    connectSecurely(t, securePort, { servername, ALPNProtocols, rejectUnauthorized: false });
  const socket = await open(name, "acme-tls/1");
  assert.equal(socket.alpnProtocol, "acme-tls/1");
  const { raw } = socket.getPeerCertificate(true);
  const shown = new X509Certificate(raw);
  assert.equal(shown.subjectAltName, `DNS:${name}`);
  // id-pe-acmeIdentifier, critical, and the hash as a string of 32 bytes within one.
  const identifier = "06082b0601050507011f0101ff04220420";
  const hash = createHash("sha256").update(keyAuthorization).digest("hex");
  assert.ok(raw.toString("hex").includes(identifier + hash));

  const viewer = await open(name, "h2", "http/1.1");
  assert.equal(viewer.alpnProtocol, "h2");
  assert.notEqual(viewer.getPeerCertificate().fingerprint256, shown.fingerprint256);
  await assert.rejects(open("other.example.com", "acme-tls/1"), /alert/);
  const both = await open(name, "acme-tls/1", "http/1.1");
  assert.equal(both.alpnProtocol, "http/1.1");
});
