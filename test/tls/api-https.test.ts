/**
 * The control plane by https: with the local authority's certificate, and with the operator's, which may change.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectPlainly } from "node:net";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { connect } from "node:tls";
import { ListFunctionsCommand } from "@aws-sdk/client-cloudfront";
import type { ServerCertificate } from "../../src/certificates/server-certificate.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { makeClient, makeClientRoot } from "./client-authority.ts";
import { certificateFor, root } from "./secure-scene.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param data of a node, whose authority's root the command finds */
function footlight(data: string, ...args: string[]): Promise<Ran> {
  const options = { env: { ...process.env, FOOTLIGHT_DATA: data } };
  return new Promise((answer) => {
    execFile(process.execPath, [bin, ...args], options, (error, stdout, stderr) =>
      answer({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function startControl(t: TestContext, ...args: string[]): Promise<TestNode> {
  const node = await startTestNode({ command: "control", args });
  t.after(() => node.stop());
  return node;
}

/** What a connection is shown, in lower-case hexadecimal digits. */
async function shownBy({ api }: TestNode, servername: string): Promise<string> {
  const socket = connect({
    port: Number(new URL(api).port),
    host: "127.0.0.1",
    servername,
    ca: root,
  });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

function write(file: string, { chain, privateKey }: ServerCertificate): void {
  writeFileSync(`${file}.new`, chain + privateKey);
  renameSync(`${file}.new`, file);
}

test("--api-tls local: the SDK calls the API by the authority's root, the CLI finds it, and http is refused in words", async (t) => {
  const node = await startControl(t, "--api-tls", "local");
  assert.match(node.api, /^https:\/\/127\.0\.0\.1:\d+$/);
  const { FunctionList } = await node.client.send(new ListFunctionsCommand());
  assert.equal(FunctionList?.Quantity, 0);

  const file = join(temporaryFolder(), "account.backup");
  const made = await footlight(node.dataFolder, "backup", file, "--api", node.api);
  assert.deepEqual([made.code, made.stderr], [0, ""]);
  const elsewhere = temporaryFolder();
  const distrusted = await footlight(elsewhere, "backup", file, "--api", node.api);
  assert.equal(distrusted.code, 1);
  assert.match(
    distrusted.stderr,
    /certificate at https:.* is not one to trust: .*--ca names a file/,
  );
  const trusted = ["--ca", join(node.dataFolder, "ca/root.crt")];
  const again = await footlight(elsewhere, "backup", file, "--api", node.api, ...trusted);
  assert.deepEqual([again.code, again.stderr], [0, ""]);

  const asHttp = node.api.replace("https:", "http:");
  const plain = await footlight(elsewhere, "backup", file, "--api", asHttp);
  assert.match(plain.stderr, /This is http; the API speaks https here/);
});

test("an API that speaks https closes who says nothing of it, and ends at once with no one connected", async (t) => {
  const node = await startControl(t, "--api-tls", "local");
  const socket = connectPlainly(Number(new URL(node.api).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET /2020-05-31/function HTTP/1.1\r\nHost: x\r\n\r\n");
  const answer = await text(socket);
  assert.match(answer, /^HTTP\/1\.1 400 [^]*Connection: close\r\n[^]*the API speaks https here/);
  assert.equal(await node.stop(), 0);
});

test("--api-tls FILE: an exchanged file counts for the next connection, and a broken one leaves the one before", async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, "api.pem");
  const [first, second] = await Promise.all([
    certificateFor("localhost"),
    certificateFor("localhost"),
  ]);
  write(file, first);
  const node = await startControl(t, "--api-tls", file);
  assert.equal(await shownBy(node, "localhost"), first.fingerprint);
  writeFileSync(file, "no certificate");
  await node.logs(/certificates could not be read anew/);
  assert.equal(await shownBy(node, "localhost"), first.fingerprint);
  write(file, second);
  while ((await shownBy(node, "localhost")) !== second.fingerprint);
});

test("--api-tls FOLDER: the name in the handshake chooses", async (t) => {
  const folder = join(temporaryFolder(), "api");
  mkdirSync(folder);
  const [a, b] = await Promise.all([certificateFor("a.test"), certificateFor("*.b.test")]);
  write(join(folder, "a.pem"), a);
  write(join(folder, "b.pem"), b);
  const node = await startControl(t, "--api-tls", folder);
  const names = ["a.test", "api.b.test"];
  const shown = await Promise.all(names.map((name) => shownBy(node, name)));
  assert.deepEqual(shown, [a.fingerprint, b.fingerprint]);
});

test("--api-tls of what is no certificate is refused in words", async () => {
  const folder = temporaryFolder();
  const empty = join(folder, "empty");
  mkdirSync(empty);
  writeFileSync(join(folder, "a.pem"), "nothing");
  const client = await makeClient(await makeClientRoot());
  writeFileSync(join(folder, "client.pem"), client.certificate + client.privateKey);
  const start = (value: string) =>
    footlight(folder, "control", "--api-port", "0", "--data", folder, "--api-tls", value);
  const cases = [
    [join(folder, "none.pem"), /Cannot read the certificate of --api-tls .*none\.pem: ENOENT/],
    [join(folder, "a.pem"), /a\.pem: The certificate is none in PEM/],
    [join(folder, "client.pem"), /client\.pem: it is for clients alone, by its extended key usage/],
    [empty, /empty: there is no NAME\.crt with NAME\.key in the folder/],
  ] as const;
  for (const [value, says] of cases) {
    const { code, stderr } = await start(value);
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
  }
  rmSync(empty, { recursive: true });
});
