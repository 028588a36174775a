/**
 * The package that `npm pack` makes, installed elsewhere: a node starts and unit tests run from it.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "../support/test-node.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

test(
  "npx footlight start and the example's unit tests work from the packed package",
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const packed = await run("npm", ["pack", "--silent", "--pack-destination", folder], {
      cwd: root,
    });
    const tarball = packed.stdout.trim().split("\n").at(-1) ?? "";
    const { stdout: listing } = await run("tar", ["-tzf", join(folder, tarball)]);
    assert.doesNotMatch(listing, /package\/(dist\/.*\.test\.|test|tools|bench)/);

    assert.match(listing, /package\/console\/dist\/index\.html\n/);
    assert.doesNotMatch(listing, /package\/console\/(src|package\.json)/);

    writeFileSync(join(folder, "package.json"), `{ "name": "elsewhere", "private": true }`);
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--silent"];
    await run("npm", ["install", ...quiet, `./${tarball}`], { cwd: folder });

    const ports = ["--api-port", "0", "--edge-port", "0", "--workers", "1"];
    const child = spawn("npx", ["footlight", "start", "--ready-json", ...ports], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const { api, console, pid } = JSON.parse(line) as { api: string; console: string; pid: number };
    const page = await fetch(`${console}functions`);
    assert.match(await page.text(), /<title>Footlight<\/title>/);

    const health = (await (await fetch(`${api}/footlight/v1/health`)).json()) as {
      data: { status: string; edge_workers: number };
    };
    assert.deepEqual([health.data.status, health.data.edge_workers], ["ok", 1]);
    process.kill(pid, "SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    assert.equal(code, 0);

    const example = join(folder, "node_modules/footlight/examples/unit-tests");
    cpSync(example, join(folder, "example"), { recursive: true });
    await run(process.execPath, ["--test"], { cwd: join(folder, "example") });
  },
);
