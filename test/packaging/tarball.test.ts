/**
 * The package that `npm pack` makes: what is in it and how much, and installed elsewhere: programs that import it compile, a node
 * starts, unit tests run from it, and `footlight dev` answers in an empty folder within a minute.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { temporaryFolder, whenProcessEnds } from "../support/leftovers.ts";
import { printedBy } from "../support/printed-by.ts";
import { packPackage } from "./pack-package.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
};

/** Half as much again as it was when this was written. */
const filesMax = 2100;
const bytesMax = 3_000_000;

/** What may stand at the top, and below it what is for those who change Footlight. */
const known =
  /^(bin|console\/dist|dist|docs|examples|types)\/|^(CHANGELOG\.md|LICENSE|README\.md|package\.json)$/;
const ours =
  /^dist\/.*\.test\.|\.map$|\.tsbuildinfo$|^dist\/.*(?<!\.d)\.ts$|(^|\/)\.(?!well-known)/;

function checkContents(listing: readonly string[], bytes: number): void {
  const files = listing.map((path) => path.replace(/^package\//, ""));
  assert.deepEqual(
    files.filter((file) => !known.test(file) || ours.test(file)),
    [],
    "what is not for users",
  );
  for (const target of Object.values(packageJson.exports).flatMap((value) =>
    typeof value === "string" ? [value] : Object.values(value),
  )) {
    assert.ok(files.includes(target.replace("./", "")), `${target} of the exports`);
  }
  assert.ok(files.includes("console/dist/index.html"));
  assert.ok(files.length <= filesMax, `${files.length} files`);
  assert.ok(bytes <= bytesMax, `${bytes} bytes`);
}

const program = `import { checkFunction, startNode, type Finding, type NodeOptions, type RunningNode } from "footlight";
import { eventTests, loadFunction, viewerRequest } from "footlight/testing";
import type { ViewerRequestEvent, ViewerRequestResult } from "footlight/types";
import type * as older from "footlight/types/1.0";

const options: Partial<NodeOptions> = { apiPort: 0 };
const node: RunningNode = await startNode(options);
const found: readonly Finding[] = checkFunction("", "cloudfront-js-2.0");
const fn = await loadFunction("x.js");
const { request } = await fn.run(viewerRequest("/"));
const uri: string | undefined = request?.uri;
export function handler(event: ViewerRequestEvent): ViewerRequestResult {
  return event.request;
}
// @ts-expect-error There is no such option.
const wrong: Partial<NodeOptions> = { apiPrt: 0 };
void [node.api, found, eventTests, uri, wrong];
export type { older };
`;

/** As Node resolves modules, and as bundlers do. */
async function checkTypes(folder: string): Promise<void> {
  writeFileSync(join(folder, "program.mts"), program);
  for (const types of ["node_modules/@types/node", "node_modules/undici-types"]) {
    cpSync(join(root, types), join(folder, types), { recursive: true });
  }
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const strict = ["--noEmit", "--strict", "--target", "es2024", "--types", "node"];
  for (const modules of [
    ["--module", "nodenext"],
    ["--module", "esnext", "--moduleResolution", "bundler"],
  ]) {
    const { stdout } = await run(
      process.execPath,
      [compiler, ...strict, ...modules, "program.mts"],
      { cwd: folder },
    ).catch((error: { readonly stdout: string }) => error);
    assert.equal(stdout, "", modules.join(" "));
  }
}

/** How long whoever types it may wait for an answer by their function. */
const firstAnswerWithinMs = 60_000;

test(
  "npx footlight start and the example's unit tests work from the packed package",
  { timeout: 600_000 },
  async (t) => {
    const folder = temporaryFolder();
    const tarball = await packPackage(folder);
    const { stdout: listing } = await run("tar", ["-tzf", join(folder, tarball)]);
    checkContents(listing.trim().split("\n"), statSync(join(folder, tarball)).size);

    writeFileSync(join(folder, "package.json"), `{ "name": "elsewhere", "private": true }`);
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--silent"];
    await run("npm", ["install", ...quiet, `./${tarball}`], { cwd: folder });

    await checkTypes(folder);
    const { stdout: version } = await run("npx", ["footlight", "--version"], { cwd: folder });
    assert.equal(version, `${packageJson.version}\n`);

    const ports = ["--api-port", "0", "--edge-port", "0", "--workers", "1"];
    const child = spawn("npx", ["footlight", "start", "--ready-json", ...ports], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const printed = printedBy(child);
    await printed.until(/\n/);
    const [line = ""] = printed.text().split("\n");
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
  whenProcessEnds(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, "SIGKILL");
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
