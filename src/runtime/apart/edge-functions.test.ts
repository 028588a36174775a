import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../base/logger.ts";
import type { FunctionCopy } from "../../model/function.ts";
import type { FunctionRuntime, RunWatcher } from "../function-runtime.ts";
import { copyOf, sampleEvent } from "../../../test/support/sample-copy.ts";
import { copyKey } from "./copy-key.ts";
import { LanedFunctions } from "./edge-functions.ts";

test("LanedFunctions.foresee() notes whose code is read while it is, and reads none that is held", () => {
  const told: string[] = [];
  const runtime = {
    run: (_copy: FunctionCopy, _event: unknown, _store: unknown, watcher: RunWatcher) => {
      watcher.willRun?.();
      return { outcome: { type: "no-result", message: "" }, logs: [], computeUtilization: 0 };
    },
    foresee: () => told.push("read"),
  } as unknown as FunctionRuntime;
  const functions = new LanedFunctions({
    ...{ runtime, processes: 1, queueMax: 1, settings: {}, logger: silentLogger },
    uptimeMs: () => 0,
    noteRun: (_key, name) => told.push(name),
  });
  const [served, saved] = [copyOf("serve()"), copyOf("save()")];
  const viewer = { isOver: false };
  functions.run(served, sampleEvent, undefined, { name: "served", viewer });
  functions.foresee(saved, "saved");
  assert.deepEqual(told, ["served", "saved", "read", "served"]);

  functions.hold(copyKey(saved), "ended");
  functions.foresee(saved, "saved");
  assert.equal(told.length, 4);
});
