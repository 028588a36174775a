/**
 * The container file: whose its node runs as, what it keeps, and that a node takes its line, answers its health check and ends
 * by its signal. No image is built here: that wants a base image, which no registry of packages has.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startTestNode } from "../support/test-node.ts";

const run = promisify(execFile);
const file = resolve(import.meta.dirname, "../../examples/container/Containerfile");

/** Instructions of the last stage, which is what runs, by their names. */
function lastStage(): ReadonlyMap<string, string> {
  const lines = readFileSync(file, "utf8").replaceAll("\\\n", " ").split("\n");
  const begins = lines.findLastIndex((line) => line.startsWith("FROM "));
  return new Map(
    lines.slice(begins).flatMap((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
      return name === "" ? [] : [[name, rest.trim()] as const];
    }),
  );
}

test("a container's node is nobody's with rights, and takes its line, its health check and its signal", async () => {
  const stage = lastStage();
  assert.match(stage.get("USER") ?? "", /^[1-9]\d*$/);
  assert.equal(stage.get("STOPSIGNAL"), "SIGTERM");
  const folder = stage.get("VOLUME") ?? "";
  assert.deepEqual(JSON.parse(stage.get("ENTRYPOINT") ?? ""), ["footlight"]);
  const [command, ...line] = JSON.parse(stage.get("CMD") ?? "") as string[];
  assert.equal(command, "start");
  assert.equal(line[line.indexOf("--data") + 1], folder);

  // Where it listens and keeps what it has is the test's.
  const args = line
    .join(" ")
    .replace(`--data ${folder}`, "")
    .replace("--admin-port 4590", "--admin-port 0")
    .trim()
    .split(/ +/);
  const node = await startTestNode({ args });
  const [, check = ""] = /CMD (\[.*\])$/.exec(stage.get("HEALTHCHECK") ?? "") ?? [];
  const [program, ...given] = (JSON.parse(check) as string[]).map((word) =>
    word.replace("http://127.0.0.1:4590", node.admin ?? ""),
  );
  assert.equal(program, "node");
  await run(process.execPath, given);
  assert.equal(await node.stop(), 0);
  await assert.rejects(run(process.execPath, given));
});
