/**
 * Functions in quarantine run in processes of their own: with the same result, and at nobody else's cost.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { silentLogger } from "../../src/base/logger.ts";
import type { FunctionCopy } from "../../src/model/function.ts";
import { LanedFunctions } from "../../src/runtime/apart/edge-functions.ts";
import { copyKey } from "../../src/runtime/apart/copy-key.ts";
import type {
  FunctionEvent,
  FunctionRuntime,
  Invocation,
  KeyValueContents,
  NotRun,
} from "../../src/runtime/function-runtime.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../support/sample-copy.ts";

const present = { name: "fn", viewer: { isOver: false } };
const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
let now = 0;
let runsHere = 0;
const counting: FunctionRuntime = {
  ...runtime,
  run: (copy, event, store) => {
    runsHere += 1;
    return runtime.run(copy, event, store);
  },
  prepare: (copy) => runtime.prepare(copy),
  close: () => runtime.close(),
};
const functions = new LanedFunctions({
  runtime: counting,
  processes: 2,
  queueMax: 8,
  settings: { watchdogMs: patientWatchdogMs },
  uptimeMs: () => now,
  logger: silentLogger,
  deadlineMs: 10_000,
});
after(() => functions.close());

function held(source: string): FunctionCopy {
  const copy = copyOf(source);
  functions.hold(copyKey(copy), "ended");
  return copy;
}

const response: FunctionEvent = {
  ...sampleEvent,
  eventType: "viewer-response",
  response: { statusCode: 200, statusDescription: "OK", headers: ["Server", "origin"] },
};
const store: KeyValueContents = {
  id: "11111111-2222-4333-8444-555555555555",
  keyCount: 1,
  createdTime: "2026-01-01T00:00:00.000Z",
  lastUpdatedTime: "2026-01-01T00:00:00.000Z",
  get: (key) => (key === "key" ? "value" : undefined),
  entries: () => [["key", "value"]],
};

test("a run gives in the slow lane what it gives elsewhere", async () => {
  const cases: [string, FunctionEvent, KeyValueContents?][] = [
    ["function handler(event) { return event.request }", sampleEvent],
    ["function handler(event) { event.request.uri = '/x'; return event.request }", sampleEvent],
    ["function handler(event) { return event.response }", response],
    [
      "function handler(event) { event.response.headers.x = { value: 'y' }; return event.response }",
      response,
    ],
    [
      "function handler() { console.log('one'); return { statusCode: 404, body: 'ä' } }",
      sampleEvent,
    ],
    ["function handler(event) { return event.nothing.at.all }", sampleEvent],
    ["function handler() {}", sampleEvent],
    ["function handler() { for (;;) {} }", sampleEvent],
    ["function handler() { var s = 'x'; for (;;) s += s }", sampleEvent],
    ["class A {}", sampleEvent],
    [
      `import cf from "cloudfront"; async function handler() {
        return { statusCode: 200, body: await cf.kvs().get("key") } }`,
      sampleEvent,
      store,
    ],
  ];
  for (const [source, event, itsStore] of cases) {
    const expected = runtime.run(copyOf(source), event, itsStore);
    const copy = held(source);
    runsHere = 0;
    const actual = (await functions.run(copy, event, itsStore, present)) as Invocation;
    assert.equal(runsHere, 0);
    assert.deepEqual(actual, expected, source);
    const { outcome } = actual;
    const { outcome: here } = expected;
    if (outcome.type === "request" && here.type === "request") {
      // The edge tells by identity that nothing was changed.
      const isSame = here.request.headers === event.request.headers;
      assert.equal(outcome.request.headers === event.request.headers, isSame, source);
    }
  }
});

test("a copy is noted before it runs, when another ran before it, and not for what is remembered", () => {
  const noted: string[] = [];
  const remembering = createRuntime({ watchdogMs: patientWatchdogMs, remembers: true });
  const laned = new LanedFunctions({
    runtime: remembering,
    processes: 1,
    queueMax: 8,
    settings: { watchdogMs: patientWatchdogMs },
    uptimeMs: () => now,
    logger: silentLogger,
    noteRun: (_, name) => noted.push(name),
  });
  after(() => laned.close());
  const copies = ["one", "two"].map((text) =>
    copyOf(`function handler(e) { e.request.uri += '${text}'; return e.request }`),
  );
  const visit = (uri: string): void => {
    const event = { ...sampleEvent, request: { ...sampleEvent.request, uri } };
    for (const [index, copy] of copies.entries()) {
      void laned.run(copy, event, undefined, { ...present, name: `${index}${uri}` });
    }
  };
  for (const uri of ["/a", "/a", "/b", "/a"]) visit(uri);
  assert.deepEqual(noted, ["0/a", "1/a", "0/b", "1/b"]);
});

/** Says of the first runs of each copy that the watchdog ended them. */
function endingFirst(count: number): LanedFunctions {
  let left = count;
  const fake: FunctionRuntime = {
    ...counting,
    run: (copy, event) => {
      left -= 1;
      const { outcome } = runtime.run(copy, event);
      const run: Invocation = { outcome, logs: [], computeUtilization: 100 };
      return left >= 0 ? { ...run, wasEnded: "time" } : run;
    },
    close: async () => {},
  };
  const made = new LanedFunctions({
    runtime: fake,
    processes: 1,
    queueMax: 8,
    settings: { watchdogMs: patientWatchdogMs },
    uptimeMs: () => now,
    logger: silentLogger,
    deadlineMs: 10_000,
  });
  after(() => made.close());
  return made;
}

test("a run that the watchdog ends is repeated apart, and the next one is not", async () => {
  const slowOnce = endingFirst(1);
  const copy = copyOf("function handler(event) { return event.request }");
  const repeated = slowOnce.run(copy, sampleEvent, undefined, present);
  assert.ok(repeated instanceof Promise);
  assert.equal(((await repeated) as Invocation).outcome.type, "request");
  assert.ok(!(slowOnce.run(copy, sampleEvent, undefined, present) instanceof Promise));
});

test("a copy comes into quarantine with its second ended run, and back after a quiet minute", async () => {
  const slowTwice = endingFirst(2);
  const copy = copyOf("function handler(event) { return event.request }");
  const isApart = async (): Promise<boolean> => {
    const run = slowTwice.run(copy, sampleEvent, undefined, present);
    await run;
    return run instanceof Promise;
  };
  assert.deepEqual([await isApart(), await isApart(), await isApart()], [true, true, true]);
  now += 60_000;
  assert.equal(await isApart(), false);
});

test("runs that take realms of their own leave the worker's thread, and the function comes back", async () => {
  const copy = copyOf(
    "function handler(event) { var o = {}; o[event.request.querystring.k.value].k = 1; return event.request }",
  );
  const ask = async (k: string): Promise<[isApart: boolean, type: string]> => {
    const request = { ...sampleEvent.request, querystring: `k=${k}` };
    const run = functions.run(copy, { ...sampleEvent, request }, undefined, present);
    const end = await run;
    return [run instanceof Promise, "outcome" in end ? end.outcome.type : end.type];
  };
  for (let i = 0; i < 101; i += 1) assert.deepEqual(await ask("__proto__"), [false, "request"]);
  assert.deepEqual(await ask("__proto__"), [true, "request"]);
  assert.deepEqual(await ask("other"), [true, "execution-error"]);
  now += 60_000;
  assert.deepEqual(await ask("other"), [false, "execution-error"]);
});

test("one viewer's endless runs take a function from no other viewer", async () => {
  const hasty = new LanedFunctions({
    runtime: { ...counting, close: async () => {} },
    processes: 2,
    queueMax: 8,
    settings: { watchdogMs: 400 },
    uptimeMs: () => now,
    logger: silentLogger,
    deadlineMs: 10_000,
  });
  const copy = copyOf(
    "function handler(event) { /^(\\w+\\s?)*$/.test(event.request.uri.slice(1)); return event.request }",
  );
  hasty.hold(copyKey(copy), "ended");
  const ask = (uri: string, viewerIp: string): Promise<Invocation | NotRun> =>
    Promise.resolve(
      hasty.run(
        copy,
        { ...sampleEvent, viewerIp, request: { ...sampleEvent.request, uri } },
        undefined,
        present,
      ),
    );
  const hostile = Array.from({ length: 20 }, () => ask(`/${"a".repeat(50)}!`, "198.51.100.66"));
  for (let index = 0; index < 10; index += 1) {
    const answer = await ask("/fine", `198.51.100.${index}`);
    assert.ok("outcome" in answer && answer.outcome.type === "request", JSON.stringify(answer));
  }
  const ends = await Promise.all(hostile);
  const throttled = ends.filter((end) => "type" in end && end.type === "throttled").length;
  const ended = ends.filter((end) => "outcome" in end && end.outcome.type === "execution-error");
  assert.ok(throttled > 0 && throttled + ended.length === 20, `${throttled}, ${ended.length}`);
  await hasty.close();
});

test("nothing is run for a viewer who left while it waited", async () => {
  const copy = held("function handler(event) { return event.request }");
  let asked = 0;
  const viewer = {
    get isOver() {
      return (asked += 1) > 0;
    },
  };
  const answer = await functions.run(copy, sampleEvent, undefined, { name: "fn", viewer });
  assert.deepEqual(answer, { type: "unwanted" });
});

test("a run that holds its process is ended with it, and the next run has another", async () => {
  const impatient = new LanedFunctions({
    runtime: { ...counting, close: async () => {} },
    processes: 1,
    queueMax: 8,
    settings: { watchdogMs: 3_600_000 },
    uptimeMs: () => now,
    logger: silentLogger,
    deadlineMs: 500,
  });
  const endless = copyOf(
    "function handler(event) { return /^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!') }",
  );
  const plain = copyOf("function handler(event) { return event.request }");
  for (const copy of [endless, plain]) impatient.hold(copyKey(copy), "lost");
  const ended = impatient.run(endless, sampleEvent, undefined, present);
  const next = impatient.run(plain, sampleEvent, undefined, present);
  assert.deepEqual(await ended, {
    outcome: { type: "execution-error", message: "InternalError: compute limit exceeded" },
    logs: [],
    computeUtilization: 100,
  });
  assert.equal(((await next) as Invocation).outcome.type, "request");
  await impatient.close();
});
