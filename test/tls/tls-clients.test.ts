/** Programs that speak TLS and HTTP/2 and are not ours: openssl, curl, h2load, nghttp, ws and Chromium. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { WebSocket, WebSocketServer } from "ws";
import { CertificateSet } from "../../src/certificates/certificate-set.ts";
import { readServerCertificate } from "../../src/certificates/server-certificate.ts";
import { domainName, listenOn, type Config } from "../edge/viewer-scene.ts";
import { skipWithout } from "../support/optional.ts";
import { certificateFor, root, standardCertificate, startSecureScene } from "./secure-scene.ts";

const run = promisify(execFile);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "footlight-tls-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

async function rsaCertificate(t: TestContext) {
  const folder = folderOf(t);
  const [key, certificate] = [join(folder, "key"), join(folder, "crt")];
  await run("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"],
    ...["-addext", `subjectAltName=DNS:${domainName}`, "-keyout", key, "-out", certificate],
  ]);
  return readServerCertificate(readFileSync(certificate, "utf8"), readFileSync(key, "utf8"));
}

const policies = [
  "SSLv3",
  "TLSv1",
  "TLSv1_2016",
  "TLSv1.1_2016",
  "TLSv1.2_2018",
  "TLSv1.2_2019",
  "TLSv1.2_2021",
  "TLSv1.2_2025",
  "TLSv1.3_2025",
] as const;
type Policy = (typeof policies)[number];

/** Up to which policy each is taken, as the Developer Guide's table has it. */
const versions: readonly (readonly [flag: string, last: Policy])[] = [
  ["-tls1", "TLSv1_2016"],
  ["-tls1_1", "TLSv1.1_2016"],
  ["-tls1_2", "TLSv1.2_2025"],
  ["-tls1_3", "TLSv1.3_2025"],
];
const suites: readonly (readonly [suite: string, last: Policy])[] = [
  ["ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2_2025"],
  ["ECDHE-RSA-AES256-GCM-SHA384", "TLSv1.2_2025"],
  ["ECDHE-RSA-CHACHA20-POLY1305", "TLSv1.2_2021"],
  ["ECDHE-RSA-AES128-SHA256", "TLSv1.2_2019"],
  ["ECDHE-RSA-AES256-SHA384", "TLSv1.2_2019"],
  ["AES128-GCM-SHA256", "TLSv1.2_2018"],
  ["AES256-GCM-SHA384", "TLSv1.2_2018"],
  ["AES128-SHA256", "TLSv1.2_2018"],
  ["ECDHE-RSA-AES128-SHA", "TLSv1.1_2016"],
  ["AES128-SHA", "TLSv1.1_2016"],
  ["AES256-SHA", "TLSv1.1_2016"],
];

test(
  "openssl agrees with the edge on each policy's versions and suites, by an RSA certificate",
  { skip: skipWithout(["openssl", "version"]) },
  async (t) => {
    const rsa = await rsaCertificate(t);
    const certificates = new CertificateSet(standardCertificate, new Map([["x", rsa]]), [rsa]);
    for (const [index, policy] of policies.entries()) {
      const config: Partial<Config> = {
        ViewerCertificate: { IAMCertificateId: "x", MinimumProtocolVersion: policy },
      };
      const scene = await startSecureScene(t, { config }, () => certificates);
      const agrees = async (...flags: string[]): Promise<boolean> => {
        const handshake = run("openssl", [
          ...["s_client", "-connect", `127.0.0.1:${scene.securePort}`, "-servername", domainName],
          ...flags,
        ]);
        handshake.child.stdin?.end();
        return handshake.then(
          ({ stdout }) => /Cipher is (?!\(NONE\))/.test(stdout),
          () => false,
        );
      };
      const cases = [
        ...versions.map(([flag, last]) => [[flag, "-cipher", "ALL:@SECLEVEL=0"], last] as const),
        ...suites.map(
          ([suite, last]) => [["-tls1_2", "-cipher", `${suite}:@SECLEVEL=0`], last] as const,
        ),
      ];
      for (const [flags, last] of cases) {
        const expected = index <= policies.indexOf(last);
        assert.equal(await agrees(...flags), expected, `${policy} ${flags.join(" ")}`);
      }
    }
  },
);

test(
  "of two certificates for a name a viewer by openssl is shown the one that it can make use of",
  { skip: skipWithout(["openssl", "version"]) },
  async (t) => {
    const [rsa, ec] = [await rsaCertificate(t), await certificateFor(domainName)];
    const certificates = new CertificateSet(standardCertificate, new Map(), [rsa, ec]);
    const scene = await startSecureScene(t, {}, () => certificates);
    const shownTo = async (...flags: string[]): Promise<string> => {
      const at = ["-connect", `127.0.0.1:${scene.securePort}`, "-servername", domainName];
      const handshake = run("openssl", ["s_client", ...at, ...flags]);
      handshake.child.stdin?.end();
      const { stdout } = await handshake;
      const [own = ""] =
        /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/.exec(stdout) ?? [];
      const { fingerprint256 } = new X509Certificate(own);
      const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase();
      return fingerprint === rsa.fingerprint ? "rsa" : fingerprint === ec.fingerprint ? "ec" : own;
    };
    assert.equal(await shownTo(), "ec");
    assert.equal(await shownTo("-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256"), "rsa");
    assert.equal(await shownTo("-tls1_3", "-sigalgs", "ecdsa_secp256r1_sha256"), "ec");
    assert.equal(await shownTo("-tls1_2"), "ec");
    assert.equal(await shownTo("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"), "rsa");
    assert.equal(await shownTo("-tls1_2", "-cipher", "AES128-GCM-SHA256"), "rsa");
    assert.equal(await shownTo("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"), "ec");
    assert.equal(await shownTo("-tls1_2", "-sigalgs", "RSA+SHA256"), "rsa");
    // A suite for ECDSA that no policy has is none to choose by.
    const both = "ECDHE-ECDSA-AES128-CCM8:ECDHE-RSA-AES128-GCM-SHA256";
    assert.equal(await shownTo("-tls1_2", "-cipher", both), "rsa");
  },
);

test(
  "curl is served by HTTP/2 and HTTP/1.1, with a body and without",
  { skip: skipWithout(["curl", "--version"]) },
  async (t) => {
    const scene = await startSecureScene(t, {
      origin: (_, response, { body }) => void response.end(`${body.length}`),
    });
    const ca = join(folderOf(t), "root.crt");
    writeFileSync(ca, root);
    const curl = async (...more: string[]): Promise<string> => {
      const to = ["--cacert", ca, "--connect-to", `::127.0.0.1:${scene.securePort}`];
      const out = ["--silent", "--max-time", "60", "--write-out", " %{http_version} %{http_code}"];
      return (await run("curl", [...to, ...out, ...more, `https://${domainName}/`])).stdout;
    };
    assert.equal(await curl("--http2"), "0 2 200");
    assert.equal(await curl("--http1.1"), "0 1.1 200");
    const data = ["--data-binary", "@-"];
    const posted = run("curl", [
      ...["--cacert", ca, "--connect-to", `::127.0.0.1:${scene.securePort}`, "--silent"],
      ...[...data, `https://${domainName}/`],
    ]);
    posted.child.stdin?.end("x".repeat(1_000_000));
    assert.equal((await posted).stdout, "1000000");
  },
);

test(
  "h2load's requests all succeed, a hundred at once on each of ten connections",
  { skip: skipWithout(["h2load", "--version"]) },
  async (t) => {
    const scene = await startSecureScene(t);
    const { stdout } = await run("h2load", [
      ...["-n", "3000", "-c", "10", "-m", "100", "--connect-to", `127.0.0.1:${scene.securePort}`],
      `https://${domainName}/`,
    ]);
    assert.match(stdout, /3000 succeeded, 0 failed, 0 errored, 0 timeout/);
    assert.match(stdout, /Application protocol: h2/);
  },
);

test(
  "nghttp reads a page and its headers, and what it uploads arrives",
  { skip: skipWithout(["nghttp", "--version"]) },
  async (t) => {
    const scene = await startSecureScene(t, {
      origin: (message, response, { body }) => {
        response.setHeader("X-Seen", `${message.method} ${message.headers.via?.split(" ")[0]}`);
        response.end(`<p>${body.length}</p>`);
      },
    });
    const nghttp = async (...more: string[]): Promise<string> => {
      const named = `https://127.0.0.1:${scene.securePort}/`;
      const host = ["-H", `:authority: ${domainName}`, "--no-verify-peer", "-v"];
      return (await run("nghttp", [...host, ...more, named])).stdout;
    };
    const page = await nghttp();
    assert.match(page, /:status: 200/);
    assert.match(page, /x-seen: GET 2\.0/);
    assert.match(page, /<p>0<\/p>/);
    const file = join(folderOf(t), "upload");
    writeFileSync(file, "x".repeat(300_000));
    assert.match(await nghttp("-d", file, "-H", ":method: POST"), /<p>300000<\/p>/);
  },
);

test("ws talks over wss", async (t) => {
  const server = createServer();
  const echo = new WebSocketServer({ server });
  echo.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const scene = await startSecureScene(t, { originPort: await listenOn(t, server) });
  const socket = new WebSocket(`wss://${domainName}:${scene.securePort}/`, {
    ca: root,
    lookup: (_host, options, answer) => {
      if (options.all === true) answer(null, [{ address: "127.0.0.1", family: 4 }]);
      else answer(null, "127.0.0.1", 4);
    },
  });
  t.after(() => socket.terminate());
  await once(socket, "open");
  socket.send("hello");
  assert.equal(String((await once(socket, "message"))[0]), "hello");
});

test(
  "Chromium shows a page by HTTP/2",
  { skip: skipWithout(["chromium", "--version"]) },
  async (t) => {
    const scene = await startSecureScene(t, {
      origin: (message, response) => {
        response.setHeader("Content-Type", "text/html");
        response.end(`<p>by ${message.headers.via?.split(" ")[0]}</p>`);
      },
    });
    const { publicKey } = new X509Certificate(standardCertificate.chain);
    const key = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" }));
    const { stdout } = await run("chromium", [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      `--user-data-dir=${folderOf(t)}`,
      `--ignore-certificate-errors-spki-list=${key.digest("base64")}`,
      `--host-resolver-rules=MAP ${domainName} 127.0.0.1:${scene.securePort}`,
      ...["--dump-dom", `https://${domainName}/`],
    ]);
    assert.match(stdout, /<p>by 2\.0<\/p>/);
  },
);
