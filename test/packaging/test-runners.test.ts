/**
 * Vitest and Jest run functions' events by `footlight/testing`, each in a project that has it from the packed package.
 *
 * Both are large, and nothing else here needs them: they are installed, at pinned versions, where CI is true or FOOTLIGHT_TEST_RUNNERS is set.
 *
 * @beside
 */
import { execFile } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "../support/test-node.ts";
import { packPackage } from "./pack-package.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const runners = ["vitest@5.1.2", "jest@30.5.2"];

const isAsked = process.env["CI"] === "true" || process.env["FOOTLIGHT_TEST_RUNNERS"] !== undefined;
const skip = isAsked
  ? false
  : `${runners.join(" and ")} are installed in CI, or with FOOTLIGHT_TEST_RUNNERS=1`;

const tests = `import { eventTests, loadFunction, viewerRequest } from "footlight/testing";
for (const { name, run } of await eventTests("redirect.js")) test(name, run);
test("the logs of a run are a list as the runner's own", async () => {
  const fn = await loadFunction("redirect.js");
  expect((await fn.run(viewerRequest("/"))).logs).toEqual([]);
});
`;

test("Vitest and Jest run a function's events", { skip, timeout: 600_000 }, async () => {
  const folder = temporaryFolder();
  const tarball = await packPackage(folder);
  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--silent"];
  await run("npm", ["install", ...quiet, `./${tarball}`, ...runners], { cwd: folder });
  cpSync(join(root, "examples/unit-tests/redirect.js"), join(folder, "redirect.js"));
  const events = "redirect.events";
  cpSync(join(root, "examples/unit-tests", events), join(folder, events), { recursive: true });
  writeFileSync(join(folder, "a.vitest.js"), `import { expect, test } from "vitest";\n${tests}`);
  writeFileSync(join(folder, "a.jest.js"), tests);
  const include = `export default { test: { include: ["a.vitest.js"] } };`;
  writeFileSync(join(folder, "vitest.config.js"), include);

  const bin = (name: string): string => join(folder, "node_modules/.bin", name);
  await run(process.execPath, [bin("vitest"), "run"], { cwd: folder });
  const env = { ...process.env, NODE_OPTIONS: "--experimental-vm-modules" };
  const jest = [bin("jest"), "--testMatch", "**/a.jest.js", "--transform", "{}"];
  await run(process.execPath, jest, { cwd: folder, env });
});
