/**
 * Viewers can't tell whether node:http answers a plain request or the door in front of it: all tests
 * of the edge run once more with the door left out.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const here = import.meta.dirname;
/** Without viewers, long, or through both doors by themselves. */
const others = /^(node-http-door|plain-door|visits|head-work|framing-fuzz)\./;

const files = readdirSync(here)
  .filter((name) => name.endsWith(".test.ts") && !others.test(name))
  .map((name) => join(here, name));

test(
  "all tests of the edge pass without the door for plain requests",
  { timeout: 900_000 },
  async () => {
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const child = spawn(
      process.execPath,
      [
        "--no-node-snapshot",
        "--test",
        "--test-concurrency=1",
        "--test-timeout=60000",
        "--test-reporter=tap",
        ...files,
      ],
      {
        env: { ...environment, FOOTLIGHT_TEST_DOOR: "node:http" },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    const failed = output.split("\n").filter((line) => line.startsWith("not ok"));
    assert.deepEqual([code, failed], [0, []], output.slice(-4000));
    assert.match(output, /^# pass [1-9]\d\d/m);
  },
);
