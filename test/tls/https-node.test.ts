/**
 * A whole node serves HTTPS with the certificate of its own authority, and with those of the operator's folder.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { certificateFor, root as otherRoot } from "./secure-scene.ts";

interface Shown {
  readonly status: number;
  readonly fingerprint: string;
}

function ask(edge: string, host: string, ca: string): Promise<Shown> {
  const { port } = new URL(edge);
  return new Promise((answer, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      servername: host,
      headers: { host },
      ca,
      agent: false,
    };
    const sent = request(options, (response) => {
      response.resume();
      const { fingerprint256 } = (
        response.socket as import("node:tls").TLSSocket
      ).getPeerCertificate();
      answer({ status: response.statusCode ?? 0, fingerprint: fingerprint256 });
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a node shows its authority's certificate, keeps it over a restart, and reloads the operator's without a restart", async (t) => {
  const dataFolder = temporaryFolder();
  const folder = temporaryFolder();
  const args = ["--certificates", folder];
  const node = await startTestNode({ dataFolder, https: true, workers: 2, args });
  t.after(() => node.stop());
  const printed = spawnSync(
    process.execPath,
    [resolve(import.meta.dirname, "../../bin/footlight.mjs"), "ca", "--pem", "--data", dataFolder],
    { encoding: "utf8" },
  );
  const root = readFileSync(join(dataFolder, "ca/root.crt"), "utf8");
  assert.equal(printed.stdout, root);

  const edge = node.edgeHttps ?? "";
  const own = await ask(edge, "d1.cloudfront.localhost", root);
  assert.equal(own.status, 403);
  await assert.rejects(ask(edge, "www.example.com", otherRoot), /self-signed|unable to verify/);

  const www = await certificateFor("www.example.com");
  writeFileSync(join(folder, "www.pem"), www.chain + www.privateKey);
  // A busy machine may take long over anything.
  const deadline = Date.now() + 90_000;
  let seen: Shown | undefined;
  while (seen === undefined && Date.now() < deadline) {
    seen = await ask(edge, "www.example.com", otherRoot).catch(() => undefined);
  }
  assert.equal(seen?.fingerprint.replaceAll(":", "").toLowerCase(), www.fingerprint);
  assert.equal((await node.stop()) ?? 1, 0);

  const again = await startTestNode({ dataFolder, https: true });
  t.after(() => again.stop());
  assert.deepEqual(await ask(again.edgeHttps ?? "", "d1.cloudfront.localhost", root), own);
  rmSync(folder, { recursive: true });
});
