/**
 * What a person sees whose node cannot start: one sentence, and no trace of our insides.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { delimiter, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");
const taken = createServer();
const folder = temporaryFolder();
let port = 0;
before(async () => {
  taken.listen(0, "127.0.0.1");
  await once(taken, "listening");
  port = (taken.address() as AddressInfo).port;
});
after(() => taken.close());

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
  readonly stdout: string;
}

function run(...args: string[]): Ended {
  return spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });
}

function start(...args: string[]): Ended {
  return run("start", "--data", temporaryFolder(), "--workers", "2", ...args);
}

/** One of the system, that what is new in Node is not in. */
const olderNode = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find((node) => {
    const [, major] =
      /^v(\d+)/.exec(spawnSync(node, ["--version"], { encoding: "utf8" }).stdout ?? "") ?? [];
    return Number(major) < 24;
  });

const freePorts = ["--api-port", "0", "--edge-port", "0"];

for (const [which, other] of [
  ["--api-port", "--edge-port"],
  ["--edge-port", "--api-port"],
] as const) {
  test(`footlight start says that the port of ${which} is taken, and exits 1`, () => {
    const { status, stderr, stdout } = start(which, String(port), other, "0");
    assert.equal(
      stderr,
      `footlight start: Cannot listen on 127.0.0.1:${port}: the port is taken; choose another with ${which}, or 0 for a free one\n`,
    );
    assert.deepEqual([status, stdout], [1, ""]);
  });
}

test("footlight start is refused the viewers' port of another node, whose workers share it", async (t) => {
  const first = await startTestNode({ workers: 2 });
  t.after(() => first.stop());
  const { port: shared } = new URL(first.edge);
  const { status, stderr } = start("--edge-port", shared, "--edge-host", "::", "--api-port", "0");
  assert.match(stderr, /^footlight start: Cannot listen on \[::\]:\d+: the port is taken; choose /);
  assert.equal(status, 1);
});

test("footlight start leaves a file alone that is not its log", () => {
  const file = join(folder, "notes.txt");
  writeFileSync(file, "not a database");
  const { status, stderr } = start("--log", `sqlite:${file}`, ...freePorts);
  assert.equal(status, 1);
  assert.match(stderr, /notes\.txt: it is not a change log/);
});

test("footlight start exits 2 on an option that it does not have", () => {
  const { status, stderr } = start("--apiport", "1");
  assert.equal(status, 2);
  assert.match(stderr, /Unknown option --apiport/);
});

test("footlight start exits 2 when the data folder cannot be made, or the quotas not be read", () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "");
  const data = start("--data", file, ...freePorts);
  assert.match(data.stderr, /^footlight start: Cannot make the data folder: .*a-file'\n$/);
  const quotas = start("--quotas", "nothing.json", ...freePorts);
  assert.match(quotas.stderr, /^footlight start: Cannot read --quotas: .*nothing\.json'\n$/);
  const certificates = start("--certificates", "nowhere", ...freePorts);
  assert.match(
    certificates.stderr,
    /^footlight start: Cannot read the folder of --certificates: .*nowhere'\n$/,
  );
  const port = start("--edge-https-port", "65536", ...freePorts);
  assert.match(port.stderr, /--edge-https-port must be a port up to 65535, 0 or off, got "65536"/);
  const statuses = [data, quotas, certificates, port].map(({ status }) => status);
  assert.deepEqual(statuses, [2, 2, 2, 2]);
});

test("footlight edge refuses a log in memory, which no control plane writes", () => {
  const { status, stderr } = run("edge", "--log", "memory:", "--edge-port", "0");
  assert.equal(status, 2);
  assert.match(stderr, /^footlight edge: --log memory: /);
});

const needsNewer =
  /^footlight needs Node 24\.7 or newer; this is Node \S+\.\nIn a clone, npm install/;

test("footlight says which Node it needs, where an older one is told to run it", () => {
  const older = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"24.6.0"})`;
  const args = ["--import", older, bin, "--version"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.match(stderr, needsNewer);
  assert.equal(status, 1);
});

test(
  "footlight says so to an older Node that is installed",
  { skip: olderNode === undefined && "none is" },
  () => {
    const { status, stderr } = spawnSync(olderNode!, [bin, "start"], { encoding: "utf8" });
    assert.match(stderr, needsNewer);
    assert.equal(status, 1);
  },
);
