/** Certificates as operators and their tools leave them in a folder. */
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { CertificateSet } from "./certificate-set.ts";
import { atOnce, readCertificateFolder, readInSteps } from "./certificate-folder.ts";
import { makeLeaf, makeRoot } from "./make-certificate.ts";
import { readServerCertificate } from "./server-certificate.ts";

const day = 86_400_000;
const period = (days: number) => ({
  notBefore: new Date(Date.now() - day),
  notAfter: new Date(Date.now() + days * day),
});
const at = (days: number) => new Date(Date.now() + days * day);
const root = await makeRoot(period(9), "01");
const [a, b, c] = await Promise.all(
  ["a.test", "b.test", "*.c.test"].map((name) => makeLeaf(root, [name], period(1), "02")),
);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-certificates-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("readCertificateFolder() takes pairs, files with both, Certbot's folders, and the table of ids", (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, "a.crt"), a!.certificate);
  writeFileSync(join(folder, "a.key"), a!.privateKey);
  writeFileSync(join(folder, "b.pem"), b!.certificate + b!.privateKey);
  mkdirSync(join(folder, "c"));
  writeFileSync(join(folder, "c/fullchain.pem"), c!.certificate + root.certificate);
  writeFileSync(join(folder, "c/privkey.pem"), c!.privateKey);
  writeFileSync(join(folder, "README"), "nothing");
  writeFileSync(join(folder, "certificates.json"), '{"arn:1": "c"}');
  const { certificates, byId, problems } = readCertificateFolder(folder);
  assert.deepEqual(problems, []);
  const names = Object.fromEntries([...certificates].map(([name, { names }]) => [name, names]));
  assert.deepEqual(names, { a: ["a.test"], b: ["b.test"], c: ["*.c.test"] });
  assert.equal(byId.get("arn:1"), certificates.get("c"));
});

test("readCertificateFolder() leaves out what it can't read, and says why", (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, "a.crt"), a!.certificate);
  writeFileSync(join(folder, "a.key"), b!.privateKey);
  writeFileSync(join(folder, "b.crt"), "-----BEGIN CERTIFICATE-----\nno\n");
  writeFileSync(join(folder, "b.key"), b!.privateKey);
  writeFileSync(join(folder, "certificates.json"), '{"arn:1": "a"}');
  const { certificates, problems } = readCertificateFolder(folder);
  assert.equal(certificates.size, 0);
  assert.equal(problems.length, 3);
  assert.match(
    problems[0]!,
    /a\.crt: The private key is not that of the certificate of CN=Footlight/,
  );
  assert.match(problems[1]!, /b\.crt: The certificate is none in PEM/);
  assert.match(
    problems[2]!,
    /certificates\.json: "arn:1" names "a", and there is no such certificate/,
  );
});

test("readCertificateFolder() says of a key with a passphrase what to do", (t) => {
  const folder = folderOf(t);
  const key = createPrivateKey(a!.privateKey);
  for (const type of ["pkcs8", "sec1"] as const) {
    const cipher = { cipher: "aes-256-cbc", passphrase: "secret" };
    const sealed = key.export({ type, format: "pem", ...cipher });
    writeFileSync(join(folder, `${type}.pem`), `${a!.certificate}${sealed.toString()}`);
  }
  const { problems } = readCertificateFolder(folder);
  assert.equal(problems.length, 2);
  for (const problem of problems) {
    assert.match(problem, /The private key is encrypted[^]* write it without one, by openssl pkey/);
  }
});

test("readInSteps() reads what has changed, and answers what was before where nothing has", (t) => {
  const folder = folderOf(t);
  const read = (before?: Parameters<typeof readInSteps>[1]) => atOnce(readInSteps(folder, before));
  writeFileSync(join(folder, "a.crt"), a!.certificate);
  writeFileSync(join(folder, "a.key"), a!.privateKey);
  writeFileSync(join(folder, "a.pem"), "no certificate");
  mkdirSync(join(folder, "c"));
  writeFileSync(join(folder, "c/fullchain.pem"), c!.certificate);
  const first = read();
  assert.equal(first.content.problems.length, 2, "a.pem, and c without its key");
  assert.equal(read(first), first);
  writeFileSync(join(folder, "c/privkey.pem"), c!.privateKey);
  const second = read(first);
  assert.deepEqual([...second.content.certificates.keys()], ["a", "c"]);
  assert.equal(second.content.certificates.get("a"), first.content.certificates.get("a"));
  writeFileSync(join(folder, "certificates.json"), '{"arn:1": "c"}');
  const third = read(second);
  assert.equal(third.content.byId.get("arn:1"), second.content.certificates.get("c"));
  rmSync(join(folder, "a.crt"));
  assert.deepEqual([...read(third).content.certificates.keys()], ["c"]);
});

test("CertificateSet: of two certificates for a name the one that is valid longer counts", async () => {
  const long = await makeLeaf(root, ["a.test"], period(5), "03");
  const [standard, short, longer] = [b!, a!, long].map(({ certificate, privateKey }) =>
    readServerCertificate(certificate, privateKey),
  );
  for (const others of [
    [short!, longer!],
    [longer!, short!],
  ]) {
    const set = new CertificateSet(standard!, new Map(), others);
    assert.equal(set.findByName("a.test"), longer);
    assert.equal(set.findByName("b.a.test"), undefined);
  }
});

test("CertificateSet: what is good now comes before what is valid longer, and by a wrong clock something is shown", async () => {
  const next = await makeLeaf(root, ["a.test"], { notBefore: at(3), notAfter: at(9) }, "04");
  const [standard, present, future] = [b!, a!, next].map(({ certificate, privateKey }) =>
    readServerCertificate(certificate, privateKey),
  );
  const set = new CertificateSet(standard!, new Map(), [future!, present!]);
  const shown = (days: number) => set.findByName("a.test", () => true, at(days));
  assert.equal(shown(0.5), present);
  assert.equal(shown(4), future);
  for (const wrong of [-400, 400]) assert.equal(shown(wrong), future, `${wrong} days`);
});
