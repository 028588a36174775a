/**
 * `footlight doctor`: what keeps a node from serving, and what to do about it.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Finding } from "../src/node/doctor/finding.ts";
import { checkCertificates } from "../src/node/doctor/check-certificates.ts";
import { checkIssuedCertificates } from "../src/node/doctor/check-issued-certificates.ts";
import { checkClock } from "../src/node/doctor/check-log.ts";
import { checkPorts } from "../src/node/doctor/check-ports.ts";
import {
  checkDisk,
  checkMigration,
  checkOpenFiles,
  checkVersions,
} from "../src/node/doctor/check-system.ts";
import { sealText } from "../src/base/sealed-text.ts";
import { makeLeaf, makeRoot } from "../src/certificates/make-certificate.ts";
import type { State } from "../src/state/state.ts";
import { changeOf, stateAfter } from "./support/sample-changes.ts";
import { localAuthority } from "../src/certificates/local-authority.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");

/** @returns what is told of each thing */
async function examine(...args: string[]): Promise<ReadonlyMap<string, Finding>> {
  const ports = ["--api-port", "0", "--edge-port", "0"];
  const given = [bin, "doctor", "--json", ...ports, ...args];
  const stdout = await promisify(execFile)(process.execPath, given).then(
    (done) => done.stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  return new Map(findings.map((finding) => [finding.about, finding]));
}

test("footlight doctor finds nothing wrong where a node runs, and leaves it alone", async (t) => {
  const node = await startTestNode({ args: ["--admin-port", "0"] });
  t.after(() => node.stop());
  const portOf = (url = ""): string => new URL(url).port;
  const found = await examine(
    ...["--data", node.dataFolder, "--api-port", portOf(node.api)],
    ...["--edge-port", portOf(node.edge), "--admin-port", portOf(node.admin)],
  );
  for (const [about, { state, says }] of found) assert.notEqual(state, "failure", about + says);
  for (const about of ["API port", "edge port", "admin port"]) {
    assert.match(found.get(about)?.says ?? "", /^a node of Footlight listens on \d+$/, about);
  }
  assert.match(found.get("change log")?.says ?? "", /, at revision 0$/);
  assert.match(found.get("function sandbox")?.says ?? "", /^it runs a function/);
  assert.equal((await fetch(`${node.api}/footlight/v1/health`)).status, 200);
});

test("footlight doctor names what is in the way, ends with 1, and makes nothing", async (t) => {
  const other = createServer((socket) => socket.end("not HTTP")).listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const folder = temporaryFolder();
  const data = join(folder, "data");
  const certificates = join(folder, "certificates");
  mkdirSync(certificates);
  writeFileSync(join(certificates, "broken.pem"), "canary-7f3a");
  const { port } = other.address() as AddressInfo;
  const args = ["--data", data, "--certificates", certificates, "--edge-port", String(port)];
  const found = await examine(...args);
  assert.equal(found.get("edge port")?.state, "failure");
  assert.equal(
    found.get("edge port")?.remedy,
    "choose another with --edge-port, or 0 for a free one",
  );
  assert.equal(found.get("certificates")?.state, "failure");
  assert.ok(!JSON.stringify([...found]).includes("canary-7f3a"));
  assert.equal(existsSync(data), false);
  const { status, stdout } = spawnSync(process.execPath, [bin, "doctor", ...args], {
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stdout, /^failure {2}edge port .*\n +→ choose another with --edge-port/m);
});

test("checkPorts() knows a node of Footlight that takes a moment to answer, and waits for nobody for ever", async (t) => {
  const busy = createHttpServer((_request, response) => {
    setTimeout(() => response.writeHead(200, { "content-type": "application/json" }).end(), 1500);
  });
  const silent = createServer();
  const [apiPort, adminPort] = await Promise.all(
    [busy, silent].map(async (server) => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      t.after(() => void server.close());
      return (server.address() as AddressInfo).port;
    }),
  );
  silent.on("connection", (socket) => t.after(() => socket.destroy()));
  const found = await checkPorts({
    ...{ apiHost: "127.0.0.1", apiPort: apiPort!, adminHost: "127.0.0.1" },
    ...{ adminPort: String(adminPort), edgeHost: "127.0.0.1", edgePort: 0, edgeHttpsPort: "off" },
  });
  assert.deepEqual(
    found.map(({ about, state, says }) => [about, state, says]),
    [
      ["API port", "ok", `a node of Footlight listens on ${apiPort}`],
      ["admin port", "failure", `Cannot listen on 127.0.0.1:${adminPort}: the port is taken`],
    ],
  );
});

test("footlight doctor tells no login of a log that it cannot reach", async () => {
  const log = "nats://node:canary-7f3a@127.0.0.1:1";
  const found = await examine("--data", temporaryFolder(), "--log", log);
  assert.equal(found.get("change log")?.state, "failure");
  assert.ok(!JSON.stringify([...found]).includes("canary-7f3a"));
});

test("footlight doctor says of a damaged log how to bring it back", async () => {
  const data = temporaryFolder();
  writeFileSync(
    join(data, "changes.db"),
    "this is no database, and long enough to be looked at".repeat(9),
  );
  const found = await examine("--data", data);
  assert.equal(found.get("change log")?.state, "failure");
  assert.match(found.get("change log")?.remedy ?? "", /footlight restore/);
});

test("checkVersions() wants a Node that Footlight runs on", () => {
  assert.equal(checkVersions("24.21.0", "0.1.0").state, "ok");
  assert.equal(checkVersions("22.1.0", "0.1.0").state, "failure");
});

test("checkOpenFiles() says how many viewers a limit lets in", () => {
  assert.equal(checkOpenFiles(1024).state, "warning");
  assert.match(checkOpenFiles(1024).says, /480 connections of viewers/);
  assert.equal(checkOpenFiles(65_536).state, "ok");
  assert.equal(checkOpenFiles(Infinity).state, "ok");
});

test("checkMigration() asks for the setting where several workers listen", () => {
  const off = join(temporaryFolder(), "tcp_migrate_req");
  writeFileSync(off, "0\n");
  assert.equal(checkMigration(2, off).state, "warning");
  assert.equal(checkMigration(1, off).state, "ok");
  writeFileSync(off, "1\n");
  assert.equal(checkMigration(2, off).state, "ok");
});

test("checkDisk() wants room for the log, and for the cache", () => {
  const options = { data: temporaryFolder(), cache: "on", cacheSize: 1024 };
  const withFree = (mb: number) => checkDisk(options, () => mb * 1024 * 1024).state;
  assert.deepEqual([withFree(10), withFree(500), withFree(5000)], ["failure", "warning", "ok"]);
  assert.equal(checkDisk({ ...options, cache: "off" }, () => 500 * 1024 * 1024).state, "ok");
});

test("checkClock() knows a clock that is behind the log, or that nothing keeps", () => {
  const now = new Date("2026-01-02T03:04:05.678Z");
  const newest = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
  assert.equal(checkClock(now, newest(10), true).state, "failure");
  assert.equal(checkClock(now, newest(1), true).state, "ok");
  assert.equal(checkClock(now, undefined, false).state, "warning");
});

test("checkCertificates() warns before they are over", async () => {
  const data = temporaryFolder();
  const at = (days: number): Date => new Date(Date.UTC(2026, 0, 1 + days));
  await localAuthority(join(data, "ca"), ["localhost"], at(0));
  const statesAt = (days: number) =>
    checkCertificates({ data, certificates: "" }, at(days)).map(({ state }) => state);
  assert.deepEqual(statesAt(1), ["ok", "ok"]);
  assert.deepEqual(statesAt(80), ["ok", "warning"]);
  assert.deepEqual(statesAt(100), ["ok", "failure"]);
  assert.deepEqual(statesAt(-1), ["ok", "failure"]);
  assert.deepEqual(statesAt(-800), ["failure", "failure"]);
});

test("checkIssuedCertificates() names what is late, what has failed, and a key that is another one", async () => {
  const from = Date.UTC(2026, 0, 1);
  const at = (days: number): Date => new Date(from + days * 86_400_000);
  const root = await makeRoot({ notBefore: at(0), notAfter: at(999) }, "01");
  const period = { notBefore: at(0), notAfter: at(90) };
  const { certificate: chain, privateKey } = await makeLeaf(root, ["a.test"], period, "02");
  const data = temporaryFolder();
  const key = Buffer.alloc(32, 1);
  writeFileSync(join(data, "certificate.key"), key.toString("base64"));
  const sealed = sealText(key, "a.test", privateKey);
  const issued = changeOf({
    ...{ type: "certificate-issued", name: "a.test", chain, sealedKey: sealed, directory: "d" },
  } as const);
  const failed = changeOf({
    ...{ type: "certificate-order-set", name: "a.test", holder: "one", until: "then" },
    ...{ forMs: 1, failures: 3, keyMark: "k" },
  } as const);
  const named = { data, certificateKeyFile: "" };
  const told = (state: State, days: number): string[] =>
    checkIssuedCertificates(state, named, at(days)).map((one) => `${one.state} ${one.about}`);
  const fine = stateAfter(issued);
  assert.deepEqual(told(stateAfter(), 1), []);
  assert.deepEqual(told(fine, 60), ["ok issued certificates", "ok certificate key"]);
  const late = "issued certificate a.test";
  assert.deepEqual(told(fine, 70), [`warning ${late}`, "ok certificate key"]);
  for (const days of [91, -1]) {
    assert.deepEqual(told(fine, days), [`failure ${late}`, "ok certificate key"]);
  }
  const troubled = ["ok issued certificates", "warning order for a.test", "ok certificate key"];
  assert.deepEqual(told(stateAfter(issued, failed), 1), troubled);
  writeFileSync(join(data, "certificate.key"), Buffer.alloc(32, 2).toString("base64"));
  const [, wrong] = checkIssuedCertificates(fine, named, at(1));
  assert.equal(wrong?.state, "failure");
  assert.match(wrong?.says ?? "", /is another key than the one that the certificate of a\.test/);
  assert.equal(told(fine, 1).length, 2);
  assert.ok(!JSON.stringify(checkIssuedCertificates(fine, named, at(1))).includes("PRIVATE"));
});
