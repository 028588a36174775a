/**
 * What the processes of an idle node have loaded, which is most of what they have in memory and of the time to their start.
 *
 * A file that is only needed once a feature is used is loaded then, by `import()`. A limit may be raised for what every node
 * needs; it should say so in the commit that does.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { childrenOf } from "./support/child-processes.ts";
import type { NotedModules } from "./support/note-modules.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";

const root = pathToFileURL(`${resolve(import.meta.dirname, "..")}/`).href;
const note = pathToFileURL(join(import.meta.dirname, "support/note-modules.ts")).href;

let primary: NotedModules;
let worker: NotedModules;

before(async () => {
  const folder = temporaryFolder();
  const node = await startTestNode({
    https: true,
    environment: { NODE_OPTIONS: `--import=${note}`, FOOTLIGHT_TEST_MODULES: folder },
  });
  const tell = async (pid: number): Promise<NotedModules> => {
    process.kill(pid, "SIGUSR2");
    const file = join(folder, String(pid));
    while (!existsSync(file)) await wait(20);
    const noted = JSON.parse(readFileSync(file, "utf8")) as NotedModules;
    rmSync(file);
    return noted;
  };
  const [workerPid] = childrenOf(node.process.pid!, "edge-worker");
  primary = await tell(node.process.pid!);
  // It loads what runs functions a moment after it is ready.
  do worker = await tell(workerPid!);
  while (!filesOf(worker).includes("src/runtime/isolate-runtime.ts"));
  await node.stop();
});

/** Of ours and of packages, relative to the project. */
function filesOf({ importers }: NotedModules): string[] {
  const urls = Object.keys(importers).filter((url) => url.startsWith(root) && url !== note);
  return urls.map((url) => url.slice(root.length));
}

/** Folders of our own, and packages, with how many files of each: for who has to find what is new. */
function counted(noted: NotedModules): string {
  const counts = new Map<string, number>();
  for (const file of filesOf(noted)) {
    const [name = file] =
      /(?<=node_modules\/)(@[^/]+\/)?[^/]+/.exec(file) ?? /^src\/[^/]+/.exec(file) ?? [];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const rows = [...counts].toSorted(([, a], [, b]) => b - a);
  return rows.map(([name, count]) => `${name} ${count}`).join(", ");
}

function assertNone(noted: NotedModules, patterns: readonly RegExp[]): void {
  for (const pattern of patterns) {
    const file = filesOf(noted).find((each) => pattern.test(each));
    if (file === undefined) continue;
    const importer = noted.importers[`${root}${file}`]?.slice(root.length);
    assert.fail(`${noted.program} has loaded ${file}, for ${importer}`);
  }
}

const ofFeatures = [
  /node_modules\/(@nats-io|@opentelemetry|maxmind|mime)\//,
  /node_modules\/@peculiar\//,
  /^src\/certificates\/acme\/(challenge-certificate|order-certificate)/,
  /^src\/certificates\/make-certificate/,
  /^src\/edge\/mock\/mock/,
];

test("The first process has loaded nothing that only a feature needs, once it is used", () => {
  assertNone(primary, [
    ...ofFeatures,
    /node_modules\/(acorn|isolated-vm|lmdb)\//,
    /^src\/cli\/(check|backup|restore|explain|doctor|history)/,
    /^src\/edge\/(function|answer|origin|caching|viewer\/(?!proxied))/,
    /^src\/runtime\/(guest|check|dialect)/,
    /^src\/node\/(doctor|admin-listener|judge-source)/,
    /^src\/(control\/(.*\/)?described|wire\/openapi)/,
  ]);
});

test("The first process has loaded no more files than what a node needs", () => {
  assert.ok(filesOf(primary).length <= 515, `${filesOf(primary).length}: ${counted(primary)}`);
});

test("The workers' processes are started before the first one has loaded what it needs itself", () => {
  const { filesAtFork = Infinity } = primary;
  assert.ok(filesAtFork <= 60, `${filesAtFork} files were loaded by then`);
});

test("A worker has loaded nothing that only a feature needs, once it is used", () => {
  assertNone(worker, [
    ...ofFeatures,
    /node_modules\/(@aws-sdk|@smithy|saxes)\//,
    // What says that an entry does not follow is all that it has to do with a log.
    /^src\/(control|wire|schema|cli|log\/(?!broken-chain\.ts$))/,
  ]);
});

test("A worker has loaded no more files than what a node needs", () => {
  assert.ok(filesOf(worker).length <= 596, `${filesOf(worker).length}: ${counted(worker)}`);
});

test("A worker without functions loads what runs them when it is ready", () => {
  const { filesAtReady = Infinity } = worker;
  assert.ok(filesAtReady <= 482, `${filesAtReady} files were loaded by then`);
});

test("No process has loaded undici, which an import of node:http brings", () => {
  for (const { program, builtins } of [primary, worker]) {
    assert.ok(!builtins.includes("NativeModule internal/deps/undici/undici"), program);
  }
});
