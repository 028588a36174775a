/** What the local authority makes, keeps and renews. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { makeLocalAuthorityApart } from "./local-authority-apart.ts";
import { localAuthority, readLeaf, readRoot } from "./local-authority.ts";

const names = ["*.cloudfront.localhost", "localhost", "127.0.0.1", "::1"];
const now = new Date("2026-06-01T12:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-ca-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "ca");
}

test("localAuthority() makes a root that signs a certificate for the names, and keys that only their owner reads", async (t) => {
  const folder = folderOf(t);
  const { root, certificate } = await localAuthority(folder, names, now);
  const leaf = new X509Certificate(certificate.chain);
  const authority = new X509Certificate(root);
  assert.equal(leaf.verify(authority.publicKey), true);
  assert.equal(authority.ca, true);
  assert.equal(leaf.ca, false);
  assert.equal(leaf.checkHost("d1.cloudfront.localhost"), "*.cloudfront.localhost");
  assert.equal(leaf.checkIP("::1"), "::1");
  for (const file of ["root.key", "local.pem"]) {
    assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
  }
  assert.deepEqual([readRoot(folder), readLeaf(folder)], [root, certificate]);
});

test("localAuthority() keeps what it made while it is for the names and a month is left, and the root after that", async (t) => {
  const folder = folderOf(t);
  const made = await localAuthority(folder, names, now);
  assert.deepEqual(await localAuthority(folder, names.slice(1), later(59)), made);
  const renewed = await localAuthority(folder, names, later(61));
  assert.equal(renewed.root, made.root);
  assert.notEqual(renewed.certificate.fingerprint, made.certificate.fingerprint);
  assert.equal(renewed.certificate.validTo.getTime(), later(151).getTime() - 3_600_000);
  const wider = await localAuthority(folder, [...names, "edge.test"], later(61));
  assert.equal(wider.root, made.root);
  assert.ok(wider.certificate.names.includes("edge.test"));
});

test("localAuthority() asked twice at once comes to one root, and to a certificate for what either asked for in the end", async (t) => {
  const folder = folderOf(t);
  const sides = [["a.test"], ["b.test", "::1"]];
  const [a, b] = await Promise.all(sides.map((side) => localAuthority(folder, side, now)));
  assert.equal(a!.root, b!.root);
  for (const side of sides) await localAuthority(folder, side, now);
  const { root, certificate } = await localAuthority(folder, ["a.test"], now);
  assert.deepEqual([root, readLeaf(folder)], [a!.root, certificate]);
  const leaf = new X509Certificate(certificate.chain);
  assert.equal(leaf.verify(new X509Certificate(root).publicKey), true);
  assert.deepEqual(
    [leaf.checkHost("a.test"), leaf.checkHost("b.test"), leaf.checkIP("::1")],
    ["a.test", "b.test", "::1"],
  );
  assert.equal(certificate.names.length, 3);
});

test("localAuthority() makes all anew where the root's key is gone, and says which file is damaged", async (t) => {
  const folder = folderOf(t);
  const made = await localAuthority(folder, names, now);
  rmSync(join(folder, "root.key"));
  const kept = await localAuthority(folder, names, now);
  assert.equal(kept.root, made.root);
  const anew = await localAuthority(folder, [...names, "edge.test"], now);
  assert.notEqual(anew.root, made.root);
  writeFileSync(join(folder, "local.pem"), "no certificate");
  await assert.rejects(localAuthority(folder, names, now), /The certificate is none in PEM/);
});

test("makeLocalAuthorityApart() makes the same on a thread, leaves what is good, and says what is wrong", async (t) => {
  const folder = folderOf(t);
  await makeLocalAuthorityApart(folder, names, now);
  const made = { root: readRoot(folder), certificate: readLeaf(folder) };
  assert.deepEqual(await localAuthority(folder, names, now), made);
  await makeLocalAuthorityApart(folder, names, later(59));
  assert.deepEqual(readLeaf(folder), made.certificate);
  await makeLocalAuthorityApart(folder, names, later(61));
  assert.notDeepEqual(readLeaf(folder), made.certificate);
  writeFileSync(join(folder, "root.crt"), "no certificate");
  await assert.rejects(makeLocalAuthorityApart(folder, [...names, "edge.test"], now), Error);
});
