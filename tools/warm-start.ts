/**
 * Starts a node once and stops it, so that what Node compiles for that is kept (bin/footlight.mjs) and the
 * first start that somebody waits for is quick. Runs after `npm install`; a failure is no reason for that to fail.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const timeoutMs = 60_000;

const data = mkdtempSync(join(tmpdir(), "footlight-warm-"));
try {
  const node = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "../bin/footlight.mjs"),
      ...["start", "--ready-json", "--api-port", "0", "--edge-port", "0", "--workers", "1"],
      ...["--log-level", "silent", "--data", data],
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const deadline = setTimeout(() => node.kill("SIGKILL"), timeoutMs);
  const ended = once(node, "exit");
  createInterface({ input: node.stdout }).once("line", () => node.kill("SIGTERM"));
  await ended;
  clearTimeout(deadline);
} finally {
  rmSync(data, { recursive: true, force: true });
}
