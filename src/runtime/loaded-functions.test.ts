import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { FunctionCopy } from "../model/function.ts";
import { LoadedFunctions } from "./loaded-functions.ts";
import { Watchdog } from "./watchdog.ts";
import { copyOf } from "../../test/support/sample-copy.ts";

async function withFunctions(
  maxIsolates: number,
  use: (functions: LoadedFunctions) => Promise<void> | void,
): Promise<void> {
  const watchdog = new Watchdog(1000);
  const functions = new LoadedFunctions({
    watchdog,
    maxIsolates,
    memoryLimitMb: 16,
    edgeLocation: undefined,
  });
  try {
    await use(functions);
  } finally {
    functions.close();
    await watchdog.close();
  }
}

function load(functions: LoadedFunctions, copy: FunctionCopy): void {
  const fn = functions.find(copy);
  assert.ok(fn.compilation.type === "compiled");
  functions.isolateOf(fn, fn.compilation);
}

function foresee(functions: LoadedFunctions, copy: FunctionCopy): void {
  const steps = functions.foresee(copy);
  while (steps.next().done !== true);
}

const handler = "function handler(event) { return event.request }";

test("LoadedFunctions keeps an isolate for each of the last functions used, and no more", async () => {
  await withFunctions(2, (functions) => {
    const [first, second, third] = [copyOf(handler), copyOf(handler), copyOf(handler)];
    load(functions, first);
    load(functions, second);
    load(functions, first);
    load(functions, third);
    assert.equal(functions.size, 2);
    assert.ok(functions.find(first).isolate);
    assert.equal(functions.find(second).isolate, undefined);
    assert.ok(functions.find(third).isolate);
  });
});

test("LoadedFunctions keeps most isolates when more functions take turns than it has room for", async () => {
  await withFunctions(4, (functions) => {
    const copies = Array.from({ length: 8 }, () => copyOf(handler));
    const load8 = (): number => {
      let found = 0;
      for (const copy of copies) {
        if (functions.find(copy).isolate !== undefined) found += 1;
        load(functions, copy);
        assert.ok(functions.find(copy).isolate);
        assert.ok(functions.size <= 4);
      }
      return found;
    };
    load8();
    let found = 0;
    for (let turn = 0; turn < 4; turn += 1) found += load8();
    assert.ok(found > 8, `${found} of 32 had an isolate`);
  });
});

test("LoadedFunctions comes to keep those that are used now", async () => {
  await withFunctions(3, (functions) => {
    const [before, now] = [0, 1].map(() => Array.from({ length: 3 }, () => copyOf(handler)));
    for (const copy of before ?? []) for (let i = 0; i < 3; i += 1) load(functions, copy);
    const isKept = (copy: FunctionCopy): boolean => functions.find(copy).isolate !== undefined;
    for (let turn = 0; turn < 10; turn += 1) for (const copy of now ?? []) load(functions, copy);
    assert.deepEqual(now?.map(isKept), [true, true, true]);

    const published = copyOf(handler);
    load(functions, published);
    functions.expect(functions.find(published));
    load(functions, copyOf(handler));
    assert.ok(isKept(published));
  });
});

test("LoadedFunctions.retire() lets go of a replaced copy's isolate once it is run no more", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  await withFunctions(10, (functions) => {
    const [replaced, current] = [copyOf(handler), copyOf(handler)];
    load(functions, replaced);
    load(functions, current);
    functions.retire(replaced);
    for (let second = 0; second < 5; second += 1) {
      load(functions, replaced);
      t.mock.timers.tick(1000);
      assert.equal(functions.size, 2);
    }
    t.mock.timers.tick(1000);
    assert.equal(functions.size, 1);
    assert.ok(functions.find(current).isolate);

    load(functions, replaced);
    assert.equal(functions.size, 2);
    t.mock.timers.tick(2000);
    assert.equal(functions.size, 1);
  });
});

test("LoadedFunctions lets go of a copy's isolate once nobody holds the copy", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  await withFunctions(10, async (functions) => {
    (() => {
      load(functions, copyOf(handler));
    })();
    assert.equal(functions.size, 1);
    for (let i = 0; i < 50 && functions.size > 0; i += 1) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(functions.size, 0);
  });
});

test("LoadedFunctions.foresee() leaves a publish an isolate to load, which others may have first", async () => {
  await withFunctions(10, (functions) => {
    functions.stock("cloudfront-js-2.0");
    const source = "function handler() { return { statusCode: 204 } }";
    foresee(functions, copyOf(source));
    assert.deepEqual(functions.foreseen, { copies: 1, read: 1 });
    assert.equal(functions.size, 0);

    load(functions, copyOf(handler));
    assert.deepEqual(functions.foreseen, { copies: 1, read: 0 });
    // As it is a moment after an isolate was taken.
    functions.stock("cloudfront-js-2.0");
    assert.deepEqual(functions.foreseen, { copies: 1, read: 1 });
    load(functions, copyOf(source));
    assert.deepEqual(functions.foreseen, { copies: 0, read: 0 });
    assert.equal(functions.size, 2);
  });
});

test("LoadedFunctions.forgo() lets go of what was foreseen, and reads what was foreseen before it", async () => {
  await withFunctions(10, (functions) => {
    functions.stock("cloudfront-js-2.0");
    const [first, second] = [copyOf(handler), copyOf(`${handler} `)];
    foresee(functions, first);
    foresee(functions, second);
    assert.deepEqual(functions.foreseen, { copies: 2, read: 1 });
    functions.forgo(second);
    assert.deepEqual(functions.foreseen, { copies: 1, read: 1 });
    functions.forgo(copyOf(handler));
    assert.deepEqual(functions.foreseen, { copies: 0, read: 0 });
  });
});
