/** Which certificate a viewer is shown, by the name that its handshake says (data-plane 7.3), and what may be asked over it (1.3). */
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TLSSocket } from "node:tls";
import { ExtendedKeyUsage, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { CertificateSet } from "../../src/certificates/certificate-set.ts";
import { readServerCertificate } from "../../src/certificates/server-certificate.ts";
import { domainName } from "../edge/viewer-scene.ts";
import { makeClient, makeClientRoot } from "./client-authority.ts";
import { askOn, certificateFor, standardCertificate, startSecureScene } from "./secure-scene.ts";

const www = await certificateFor("www.example.com");
const wild = await certificateFor("*.example.com");
const byArn = await certificateFor("other.example.net");
const arn = "arn:aws:acm:us-east-1:000000000000:certificate/1";
const certificates = new CertificateSet(standardCertificate, new Map([[arn, byArn]]), [www, wild]);

const aliases = (...items: string[]) => ({ Aliases: { Quantity: items.length, Items: items } });

function shown(socket: TLSSocket): string {
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase() ?? "";
}

test("the name in the handshake chooses the certificate: an exact one, a wildcard, or the standard one", async (t) => {
  const scene = await startSecureScene(t, {}, () => certificates);
  const cases = [
    ["www.example.com", www],
    ["WWW.example.com", www],
    ["shop.example.com", wild],
    [domainName, standardCertificate],
    ["a.b.example.com", standardCertificate],
    ["elsewhere.example.org", standardCertificate],
    ["", standardCertificate],
  ] as const;
  for (const [servername, expected] of cases) {
    const socket = await scene.connect({ servername, rejectUnauthorized: false });
    assert.equal(shown(socket), expected.fingerprint, servername);
    socket.destroy();
  }
});

test("a distribution's certificate is found by its ARN, whatever it is for", async (t) => {
  const config = {
    ...aliases("www.example.com"),
    ViewerCertificate: { ACMCertificateArn: arn, SSLSupportMethod: "sni-only" as const },
  };
  const scene = await startSecureScene(t, { config }, () => certificates);
  const socket = await scene.connect({ servername: "www.example.com", rejectUnauthorized: false });
  assert.equal(shown(socket), byArn.fingerprint);
});

test("a certificate that was exchanged is shown to whoever connects next, and nobody is dropped", async (t) => {
  let current = new CertificateSet(standardCertificate, new Map(), [www]);
  const scene = await startSecureScene(t, { config: aliases("www.example.com") }, () => current);
  const before = await scene.connect({ servername: "www.example.com" });
  const renewed = await certificateFor("www.example.com");
  current = new CertificateSet(standardCertificate, new Map(), [renewed]);
  const after = await scene.connect({ servername: "www.example.com" });
  assert.deepEqual([shown(before), shown(after)], [www.fingerprint, renewed.fingerprint]);
  assert.equal((await askOn(before, "/", "www.example.com")).status, 200);
  assert.equal((await askOn(after, "/", "www.example.com")).status, 200);
});

test("a certificate that is for clients alone is shown to no viewer, by name or by ARN", async (t) => {
  const forClients = await clientCertificateFor("api.example.com");
  const forBoth = await clientCertificateFor("both.example.com", ExtendedKeyUsage.serverAuth);
  assert.deepEqual([forClients.isForServers, forBoth.isForServers], [false, true]);
  const config = {
    ...aliases("api.example.com"),
    ViewerCertificate: { ACMCertificateArn: arn, SSLSupportMethod: "sni-only" as const },
  };
  const own = [forClients, forBoth];
  const set = new CertificateSet(standardCertificate, new Map([[arn, forClients]]), own);
  const scene = await startSecureScene(t, { config }, () => set);
  for (const [servername, expected] of [
    ["api.example.com", standardCertificate],
    ["both.example.com", forBoth],
  ] as const) {
    const socket = await scene.connect({ servername, rejectUnauthorized: false });
    assert.equal(shown(socket), expected.fingerprint, servername);
  }
});

/** @param more uses beside that of clients */
async function clientCertificateFor(name: string, ...more: ExtendedKeyUsage[]) {
  const names = new SubjectAlternativeNameExtension([{ type: "dns", value: name }]);
  const uses = [ExtendedKeyUsage.clientAuth, ...more];
  const made = await makeClient(await makeClientRoot(), { uses, extensions: [names] });
  return readServerCertificate(made.certificate, made.privateKey);
}

test("421 where neither the handshake nor the certificate names the host that is asked for", async (t) => {
  const config = aliases("www.example.com", "bare.example.org");
  const scene = await startSecureScene(t, { config }, () => certificates);
  const cases = [
    [domainName, domainName, 200],
    [domainName, "www.example.com", 421],
    [domainName, "bare.example.org", 421],
    ["bare.example.org", "bare.example.org", 200],
    // The certificate is for both.
    ["d999999abcdef8.cloudfront.localhost", domainName, 200],
    // It is the account's own, which all its distributions are of.
    ["www.example.com", domainName, 200],
    // No name, and the standard certificate.
    ["", "www.example.com", 200],
  ] as const;
  for (const [servername, host, status] of cases) {
    const socket = await scene.connect({ servername, rejectUnauthorized: false });
    const reply = await askOn(socket, "/", host);
    assert.equal(reply.status, status, `${servername || "no name"}, then ${host}`);
    if (status === 421) assert.match(reply.body, /does not match the certificate/);
  }
});
