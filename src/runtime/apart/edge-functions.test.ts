import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger, type Logger } from "../../base/logger.ts";
import type { FunctionCopy } from "../../model/function.ts";
import type { FunctionRuntime, RunWatcher } from "../function-runtime.ts";
import { copyOf, sampleEvent } from "../../../test/support/sample-copy.ts";
import { copyKey } from "./copy-key.ts";
import { LanedFunctions } from "./edge-functions.ts";

test("LanedFunctions.foresee() notes whose code is read while it is, a step a turn, and reads none that is held", async () => {
  const told: string[] = [];
  const runtime = {
    run: (_copy: FunctionCopy, _event: unknown, _store: unknown, watcher: RunWatcher) => {
      watcher.willRun?.();
      return { outcome: { type: "no-result", message: "" }, logs: [], computeUtilization: 0 };
    },
    *foresee() {
      told.push("compile");
      yield;
      told.push("read");
    },
  } as unknown as FunctionRuntime;
  const functions = new LanedFunctions({
    ...{ runtime, processes: 1, queueMax: 1, settings: {}, logger: silentLogger },
    uptimeMs: () => 0,
    noteRun: (_key, name) => told.push(name),
  });
  const [served, saved] = [copyOf("serve()"), copyOf("save()")];
  const viewer = { isOver: false };
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  functions.foresee(saved, "saved");
  assert.deepEqual(told.splice(0), ["saved", "compile", ""], "nobody's where nothing has run");
  await nextTurn();
  assert.deepEqual(told.splice(0), ["saved", "read", ""]);
  functions.run(served, sampleEvent, undefined, { name: "served", viewer });
  functions.foresee(saved, "saved");
  assert.deepEqual(told, ["served", "saved", "compile", "served"]);
  await nextTurn();
  assert.deepEqual(told.slice(4), ["saved", "read", "served"]);
  await nextTurn();
  assert.equal(told.length, 7);

  functions.foresee(saved, "saved");
  functions.hold(copyKey(saved), "ended");
  await nextTurn();
  functions.foresee(saved, "saved");
  assert.equal(told.length, 10, "what harms meanwhile is read no further");
});

test("LanedFunctions.foresee() harms no viewer with what can't be compiled", () => {
  const warned: unknown[] = [];
  const runtime = {
    foresee: () => ({
      next() {
        throw new Error("a fault of ours");
      },
    }),
  } as unknown as FunctionRuntime;
  const functions = new LanedFunctions({
    ...{ runtime, processes: 1, queueMax: 1, settings: {} },
    logger: { ...silentLogger, warn: (about: unknown) => warned.push(about) } as Logger,
    uptimeMs: () => 0,
  });
  functions.foresee(copyOf("save()"), "saved");
  assert.equal(warned.length, 1);
});
