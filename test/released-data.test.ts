/**
 * Data folders as released versions left them are opened by this one, serve what they served, and go on.
 *
 * @beside
 */
import { cpSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { checkKeptAccount } from "./support/kept-account.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";

const folders = resolve(import.meta.dirname, "fixtures/data-folders");

for (const version of readdirSync(folders)) {
  test(`a data folder of ${version} is opened, served and changed`, async (t) => {
    const dataFolder = temporaryFolder();
    cpSync(join(folders, version), dataFolder, { recursive: true });
    const node = await startTestNode({ dataFolder });
    t.after(() => node.stop());
    await checkKeptAccount(node);
  });
}
