/**
 * A browser that trusts the root that `footlight ca` exports, in the store where Chromium keeps what its user trusts: the API
 * by `--api-tls local`, and a distribution's page by HTTP/2, without a warning. Without the root it shows neither.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { skipWithout } from "../support/optional.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { startSecureNode, type SecureNode } from "./secure-node.ts";

const skip =
  skipWithout(["chromium", "--version"]) || skipWithout(["sh", "-c", "command -v certutil"]);
const run = promisify(execFile);
const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

const page = `<p id="told"></p><script>
  const [{ nextHopProtocol }] = performance.getEntriesByType("navigation");
  document.getElementById("told").textContent = nextHopProtocol + " " + isSecureContext;
</script>`;
let secure: SecureNode;
before(async () => {
  if (skip !== false) return;
  const args = ["--api-tls", "local"];
  secure = await startSecureNode((_message, response) => {
    response.setHeader("Content-Type", "text/html").end(page);
  }, args);
});
after(() => secure?.close());

/** @returns a home whose browser trusts a root, or nothing more than others do */
async function homeOf(rootFile?: string): Promise<string> {
  const home = temporaryFolder();
  const store = join(home, ".pki/nssdb");
  mkdirSync(store, { recursive: true });
  await run("certutil", ["-d", `sql:${store}`, "-N", "--empty-password"]);
  if (rootFile !== undefined) {
    const added = ["-A", "-t", "C,,", "-n", "footlight", "-i", rootFile];
    await run("certutil", ["-d", `sql:${store}`, ...added]);
  }
  return home;
}

/** @returns what a page has become */
async function show(home: string, url: string): Promise<string> {
  const { stdout } = await run(
    "chromium",
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ...[`--user-data-dir=${temporaryFolder()}`, "--dump-dom", url],
    ],
    { env: { ...process.env, HOME: home } },
  );
  return stdout;
}

test(
  "Chromium that trusts the exported root shows the API and a page by HTTP/2, and else neither",
  { skip },
  async () => {
    const { node, port } = secure;
    const host = `${secure.host}:${port}`;
    const rootFile = join(temporaryFolder(), "root.crt");
    const { stdout: exported } = await run(process.execPath, [
      ...[bin, "ca", "--data", node.dataFolder, "--pem"],
    ]);
    writeFileSync(rootFile, exported);
    const trusting = await homeOf(rootFile);
    const health = new URL("/footlight/v1/health", node.api.replace("127.0.0.1", "localhost"));
    assert.match(await show(trusting, `https://${host}/`), /<p id="told">h2 true<\/p>/);
    assert.match(await show(trusting, health.href), /"status":"ok"/);
    const distrusting = await homeOf();
    assert.doesNotMatch(await show(distrusting, `https://${host}/`), /h2 true/);
    assert.doesNotMatch(await show(distrusting, health.href), /"status"/);
  },
);
