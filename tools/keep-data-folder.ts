/**
 * Keeps a data folder of this version under test/fixtures/data-folders/, which every later version must open: part of
 * each release. What is in it says test/support/kept-account.ts.
 *
 * Run: node tools/keep-data-folder.ts
 */
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { footlightVersion } from "../src/node/footlight-version.ts";
import { makeKeptAccount } from "../test/support/kept-account.ts";
import { startTestNode } from "../test/support/test-node.ts";

const kept = resolve(import.meta.dirname, "../test/fixtures/data-folders", footlightVersion());
if (existsSync(kept)) {
  console.error(`${kept} is there already: folders that were released stay as they are`);
  process.exit(1);
}
const node = await startTestNode({ args: ["--cache", "off", "--traces", "off"] });
await makeKeptAccount(node);
await node.stop();
mkdirSync(kept, { recursive: true });
cpSync(node.dataFolder, kept, {
  recursive: true,
  // Private keys of a local authority are nobody's to keep, and each node makes its own.
  filter: (path) => !["ca", "cache", "tls"].includes(basename(path)),
});
rmSync(join(kept, "lock"), { force: true });
console.log(kept);
