/** What openssl's client is told of authorities' names, and how it fares with certificates of its own making. @beside */
import "reflect-metadata";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { skipWithout } from "../support/optional.ts";
import { domainName } from "../edge/viewer-scene.ts";
import { startCertificateScene, trustStore, wantedBy } from "./certificate-scene.ts";

const skip = skipWithout(["openssl", "version"]);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-client-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** An RSA root and a P-256 client that openssl itself makes. */
function makePair(folder: string): { readonly root: string; readonly arguments: string[] } {
  const at = (name: string) => join(folder, name);
  const run = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const key = ["-nodes", "-days", "2"];
  run(
    ...["req", "-x509", "-newkey", "rsa:2048", ...key, "-subj", "/C=US/O=Tests, Inc/CN=Root"],
    ...["-keyout", at("root.key"), "-out", at("root.crt")],
  );
  run(
    ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-subj", "/CN=openssl", "-keyout", at("client.key"), "-out", at("client.csr")],
  );
  writeFileSync(at("extensions"), "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n");
  run(
    ...["x509", "-req", "-in", at("client.csr"), "-CA", at("root.crt"), "-CAkey", at("root.key")],
    ...["-set_serial", "7", "-days", "2", "-extfile", at("extensions"), "-out", at("client.crt")],
  );
  return {
    root: readFileSync(at("root.crt"), "utf8"),
    arguments: ["-cert", at("client.crt"), "-key", at("client.key")],
  };
}

function sClient(port: number, args: readonly string[]): Promise<string> {
  const child = spawn("openssl", [
    ...["s_client", "-connect", `127.0.0.1:${port}`, "-servername", domainName],
    ...["-ign_eof", ...args],
  ]);
  child.stdin.on("error", () => {});
  child.stdin.end(`GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`);
  let text = "";
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.on("close", () => resolve(text)));
}

test(
  "openssl's client is served by its certificate, and told names where they are advertised",
  { skip },
  async (t) => {
    const pair = makePair(folderOf(t));
    for (const AdvertiseTrustStoreCaNames of [true, false]) {
      const scene = await startCertificateScene(
        t,
        wantedBy("required", { AdvertiseTrustStoreCaNames }),
        {
          resources: trustStore({ certificate: pair.root, privateKey: "" }),
        },
      );
      for (const version of ["-tls1_2", "-tls1_3"]) {
        const served = await sClient(scene.securePort, [version, ...pair.arguments]);
        assert.match(served, /HTTP\/1\.1 200 /);
        const names = /Acceptable client certificate CA names\n(?:.+\n)*?.*CN ?= ?Root/;
        assert.equal(names.test(served), AdvertiseTrustStoreCaNames, version);
        assert.doesNotMatch(await sClient(scene.securePort, [version]), /HTTP\/1\.1/);
      }
      const subjects = scene.records.map(({ certificate }) => certificate?.subject);
      assert.deepEqual(subjects, ["CN=openssl", undefined, "CN=openssl", undefined]);
    }
  },
);
