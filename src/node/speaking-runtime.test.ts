import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionRuntime } from "../runtime/function-runtime.ts";
import { speakingRuntime } from "./speaking-runtime.ts";

test("speakingRuntime() speaks before a run, ten times a second at most", () => {
  const did: string[] = [];
  const run = (): void => void did.push("run");
  let now = 0;
  const speaking = speakingRuntime(
    { run } as unknown as FunctionRuntime,
    () => did.push("speak"),
    () => now,
  ) as unknown as { run(): void };
  for (const at of [0, 50, 99, 150, 200, 260]) {
    now = at;
    speaking.run();
  }
  assert.deepEqual(did, ["speak", "run", "run", "run", "speak", "run", "run", "speak", "run"]);
});
