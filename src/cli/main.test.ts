/** The command as a person types it: what it says, and how it exits. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "../../test/support/test-node.ts";

const root = resolve(import.meta.dirname, "../..");

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function footlight(...args: string[]): Promise<Ended> {
  return new Promise((resolvePromise) => {
    const child = execFile(
      process.execPath,
      [resolve(root, "bin/footlight.mjs"), ...args],
      (_error, stdout, stderr) => {
        resolvePromise({ status: child.exitCode, stdout, stderr });
      },
    );
  });
}

test("footlight --version prints the package's version", async () => {
  const { version } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
    version: string;
  };
  assert.deepEqual(await footlight("--version"), { status: 0, stdout: `${version}\n`, stderr: "" });
});

test("footlight --help lists every command, and a command's --help its options", async () => {
  const all = await footlight("--help");
  assert.match(all.stdout, /^ {2}start +Run a whole node/m);
  const history = await footlight("history", "--help");
  assert.match(history.stdout, /^usage: footlight history FUNCTION \[OPTION \.\.\.\]$/m);
  assert.match(history.stdout, /^ {2}--api VALUE$/m);
  assert.deepEqual([all.status, history.status], [0, 0]);
});

test("npm run footlight finds files from where it is typed, not from the clone", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "fn.js"), "function handler(event) { return event.request; }");
  const npm = ["--prefix", root, "run", "--silent", "footlight", "--", "check", "fn.js"];
  const { stdout } = await promisify(execFile)("npm", npm, { cwd: folder });
  assert.equal(stdout, "");
});

for (const [args, says] of [
  [["toString"], 'footlight: there is no command "toString"\n'],
  [
    ["keys", "constructor"],
    'footlight keys: usage: footlight keys create|list|delete [ID], got "constructor"\n',
  ],
  [
    ["history", "--polcy", "x"],
    "footlight history: Unknown option --polcy. --help lists what this command takes\n",
  ],
  [
    ["keys", "create", "--polcy", "x"],
    "footlight keys: Unknown option --polcy. --help lists what this command takes\n",
  ],
  [["history"], "footlight history: usage: footlight history FUNCTION\n"],
  [["history", "a", "b"], 'footlight history: usage: footlight history FUNCTION, got "a b"\n'],
  [["keys", "make"], 'footlight keys: usage: footlight keys create|list|delete [ID], got "make"\n'],
  [["history", "a", "--api", "here"], /--api must be a URL like .*, got "here"\n$/],
] as const) {
  test(`footlight ${args.join(" ")} exits 2 and says what it expects`, async () => {
    const { status, stderr } = await footlight(...args);
    assert.equal(status, 2);
    if (says instanceof RegExp) assert.match(stderr, says);
    else assert.ok(stderr.startsWith(says), stderr);
  });
}

test("footlight history says so when another server than a control plane answers", async () => {
  const server = createServer((_request, response) => response.end("<html>"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { status, stderr } = await footlight("history", "page", "--api", url);
  server.close();
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `footlight history: ${url} is no control plane of Footlight. --api says where it listens\n`,
  );
});

test("a command whose output cannot be written says so in a line, and fails", (t) => {
  const disk = "/dev/full";
  if (!existsSync(disk)) {
    t.skip("this system has no device that is full");
    return;
  }
  for (const args of [["--help"], ["--version"], ["history", "--help"], ["start", "--help"]]) {
    const stdout = openSync(disk, "w");
    const command = [resolve(root, "bin/footlight.mjs"), ...args];
    const stdio = ["ignore", stdout, "pipe"] as const;
    const { status, stderr } = spawnSync(process.execPath, command, {
      stdio: [...stdio],
      encoding: "utf8",
    });
    closeSync(stdout);
    assert.match(
      stderr,
      /^footlight(?: history| start)?: cannot print: ENOSPC: no space left.*\n$/,
    );
    assert.equal(status, 1);
  }
});

test("a command whose output nobody reads any more ends without a word", async () => {
  const command = 'mkfifo "$2"; exec 3<>"$2" 4>"$2" 3<&-; exec "$0" "$1" --help >&4';
  const pipe = join(temporaryFolder(), "pipe");
  const args = ["-c", command, process.execPath, resolve(root, "bin/footlight.mjs"), pipe];
  const { status, stderr } = spawnSync("bash", args, { encoding: "utf8" });
  assert.deepEqual([status, stderr], [1, ""]);
});

test("footlight dev leaves nothing behind where its output cannot be written", (t) => {
  if (!existsSync("/dev/full")) {
    t.skip("this system has no device that is full");
    return;
  }
  const [folder, temporary] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(folder, "page.js"), "function handler(event) { return event.request; }");
  const stdout = openSync("/dev/full", "w");
  const args = ["dev", folder, "--api-port", "0", "--edge-port", "0"];
  const { status, stderr } = spawnSync(
    process.execPath,
    [resolve(root, "bin/footlight.mjs"), ...args],
    {
      stdio: ["ignore", stdout, "pipe"],
      encoding: "utf8",
      env: { ...process.env, TMPDIR: temporary },
    },
  );
  closeSync(stdout);
  assert.match(stderr, /^footlight dev: cannot print: ENOSPC: no space left.*\n$/);
  const left = readdirSync(temporary).filter((name) => name.startsWith("footlight"));
  assert.deepEqual([status, left], [1, []]);
});
