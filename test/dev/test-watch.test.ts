/**
 * `footlight test --watch`: runs again what is saved, until it is stopped.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { test } from "node:test";
import { viewerRequest } from "../../src/runtime/testing/short-event.ts";
import { save } from "../support/dev-command.ts";
import { temporaryFolder, whenProcessEnds } from "../support/leftovers.ts";
import { printedBy } from "../support/printed-by.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

test("footlight test --watch runs events at each save, and ends with 0 when it is stopped", async () => {
  const folder = temporaryFolder();
  const answering = (status: number): string =>
    `function handler() { return { statusCode: ${status} }; }`;
  save(folder, "fn.js", answering(200));
  save(
    folder,
    "fn.events/a.json",
    JSON.stringify({ ...viewerRequest("/"), expect: { status: 201 } }),
  );
  const child = spawn(process.execPath, [bin, "test", "--watch"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  whenProcessEnds(() => void child.kill("SIGKILL"));
  const { text, until } = printedBy(child);
  let from = 0;
  const prints = async (pattern: RegExp): Promise<void> => {
    await until(pattern, from);
    from = text().length;
  };
  await prints(/- expected 201\n[^]*Waiting for something to be saved/);
  save(folder, "fn.js", answering(201));
  await prints(/1 passed, of 1 function\n[^]*Waiting/);
  save(folder, "fn.events/a.json", "{");
  await prints(/is not JSON[^]*Waiting/);
  child.kill("SIGINT");
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 0);
});
