/**
 * The package that `npm pack` makes, installed elsewhere: a node starts and unit tests run from it, and `footlight dev` answers in an
 * empty folder within a minute.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { temporaryFolder } from "../support/test-node.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

/** How long whoever types it may wait for an answer by their function. */
const firstAnswerWithinMs = 60_000;

test(
  "npx footlight start and the example's unit tests work from the packed package",
  { timeout: 600_000 },
  async (t) => {
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

    const tookMs = await firstAnswer(folder);
    t.diagnostic(`footlight dev: a function's answer after ${(tookMs / 1000).toFixed(1)} s`);
    assert.ok(tookMs < firstAnswerWithinMs, `${tookMs} ms`);

    const example = join(folder, "node_modules/footlight/examples/unit-tests");
    cpSync(example, join(folder, "example"), { recursive: true });
    await run(process.execPath, ["--test"], { cwd: join(folder, "example") });
  },
);

/**
 * From `npx footlight dev` in an empty folder to what a function answers that is saved once it serves.
 *
 * @returns milliseconds
 */
async function firstAnswer(installedIn: string): Promise<number> {
  const folder = join(installedIn, "empty");
  mkdirSync(folder);
  const since = performance.now();
  const ports = ["--edge-port", "0", "--api-port", "0"];
  const child = spawn("npx", ["footlight", "dev", ...ports], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    // npx passes no signal on.
    detached: true,
  });
  try {
    let url: string | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      url = /curl --include (\S+)/.exec(line)?.[1];
      if (url !== undefined) break;
    }
    const code = "function handler() { return { statusCode: 204, statusDescription: 'Mine' }; }\n";
    writeFileSync(join(folder, "mine.js"), code);
    while ((await fetch(url!)).status !== 204) await sleep(20);
    return performance.now() - since;
  } finally {
    process.kill(-child.pid!, "SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
}
