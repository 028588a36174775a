/** Functions are tested and checked in processes of their own, which may hang and die. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { getPriority } from "node:os";
import { after, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { childrenOf } from "../support/child-processes.ts";
import {
  InvalidEventObject,
  type FunctionTester,
  type KeyValueContents,
} from "../../src/runtime/function-runtime.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { printedBy } from "../support/printed-by.ts";
import { copyOf, patientWatchdogMs } from "../support/sample-copy.ts";
import {
  createFunctionTester,
  type FunctionTesterOptions,
} from "../../src/runtime/apart/function-tester.ts";

const event = JSON.stringify({
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.7" },
  request: { method: "GET", uri: "/a", headers: {}, cookies: {}, querystring: {} },
});
/** Holds its thread for as long as a watchdog lets it, with no counted step. */
const endlessSource =
  "function handler() { return /^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!') }";
const endless = copyOf(endlessSource);
const plain = copyOf("function handler(event) { console.log('ran'); return event.request }");

const tester = createFunctionTester({ watchdogMs: patientWatchdogMs });
after(() => tester.close());

/** One whose watchdog never comes, so that what hangs is ended by the deadline alone, if there is one. */
function patientTester(t: TestContext, options: FunctionTesterOptions = {}): FunctionTester {
  const never = 3_600_000;
  const settings = { watchdogMs: never, deadlineMs: never, max: 3, idleMs: never };
  const patient = createFunctionTester({ ...settings, ...options });
  t.after(() => patient.close());
  return patient;
}

test("test() answers as the runtime in this process does", async () => {
  const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
  const failing = copyOf("function handler(event) { return event.nothing.at.all }");
  for (const copy of [plain, failing, copyOf("class A {}")]) {
    assert.deepEqual(await tester.test(copy, event), runtime.test(copy, event));
  }
  await runtime.close();
});

test("the processes that test give way to those that viewers wait for", async () => {
  await tester.test(plain, event);
  const own = getPriority();
  const priorities = hosts().map((pid) => getPriority(pid));
  assert.ok(priorities.length > 0);
  for (const priority of priorities) assert.ok(priority > own, `${priority} beside ${own}`);
});

test("test() refuses what is no event, in the words of the one who reads it", async () => {
  await assert.rejects(tester.test(plain, "{}"), (error) => {
    assert.ok(error instanceof InvalidEventObject);
    assert.equal(error.message, "The event object's context must be an object, got nothing");
    return true;
  });
});

/** 5 MB of pairs, as much as a store may hold. */
function largeStore(value: string): KeyValueContents {
  const pairs = new Map<string, string>();
  for (let index = 0; index < 5000; index += 1) pairs.set(`key-${index}`, value.padEnd(1000, "-"));
  return {
    id: "11111111-2222-4333-8444-555555555555",
    createdTime: "2026-01-01T00:00:00.000Z",
    lastUpdatedTime: "2026-01-02T00:00:00.000Z",
    get keyCount() {
      return pairs.size;
    },
    get: (key) => pairs.get(key),
    entries: () => pairs,
  };
}

test("test() reads the key value store that it is given, and the next one when it is another", async () => {
  const reader = copyOf(`import cf from "cloudfront";
  async function handler() {
    const store = cf.kvs();
    const value = await store.get("key-4999");
    const meta = await store.meta();
    return { statusCode: 200, statusDescription: value.slice(0, 3) + meta.keyCount };
  }`);
  for (const value of ["one", "two", "six"]) {
    const { output, errorMessage } = await tester.test(reader, event, largeStore(value));
    assert.equal(errorMessage, "");
    assert.match(output, new RegExp(`"${value}5000"`));
  }
});

test("check() finds what checkFunction() finds", async () => {
  const findings = await tester.check("class A {}", "cloudfront-js-2.0", "request");
  assert.equal(findings[0]?.rule, "class");
});

test("a test that does not end is ended", async (t) => {
  const hasty = patientTester(t, { deadlineMs: 300 });
  await assert.rejects(hasty.test(endless, event), { reason: "deadline" });
});

test("a test whose process has no turn is waited for", async (t) => {
  await untilNoHosts();
  const hasty = patientTester(t, { deadlineMs: 300, starvedDeadlineMs: 60_000 });
  await hasty.test(plain, event);
  const started = hosts();
  for (const host of started) process.kill(host, "SIGSTOP");
  const starved = hasty.test(plain, event);
  await delay(400);
  for (const host of started) process.kill(host, "SIGCONT");
  assert.equal((await starved).errorMessage, "");
});

test("a test that hangs keeps no other waiting, and what was started beside it is used", async (t) => {
  await untilNoHosts();
  const patient = patientTester(t);
  const hanging = assert.rejects(patient.test(endless, event), { reason: "unavailable" });
  await patient.test(plain, event);
  // That of each test, and the spare one.
  await sleepUntil(() => hosts().length === 3);
  const before = hosts();
  await patient.test(plain, event);
  assert.deepEqual(hosts(), before);
  patient.close();
  await hanging;
});

test("tests that hang leave a process to checks", async (t) => {
  const patient = patientTester(t);
  const hanging = [1, 2, 3].map(() =>
    assert.rejects(patient.test(endless, event), { reason: "unavailable" }),
  );
  await patient.check("function handler() {}", "cloudfront-js-2.0", "request");
  patient.close();
  await Promise.all(hanging);
});

test("a process that dies costs the test that it ran, and no other", async (t) => {
  await untilNoHosts();
  const patient = patientTester(t);
  const dying = assert.rejects(patient.test(endless, event), { reason: "died" });
  await sleepUntil(() => hosts().length > 0);
  const [victim] = hosts();
  await patient.check("function handler() {}", "cloudfront-js-2.0", "request");
  process.kill(victim!, "SIGKILL");
  const survivor = patient.test(plain, event);
  await dying;
  assert.equal((await survivor).errorMessage, "");
});

test("a process that is held ends with whoever started it, however that ended", async () => {
  const from = (path: string): string =>
    JSON.stringify(resolve(import.meta.dirname, "../../src/runtime", path));
  // One that is itself nice: its hosts give way to it.
  const code = `
    (await import("node:os")).setPriority(8);
    const { createFunctionTester } = await import(${from("apart/function-tester.ts")});
    const { copyOf } = await import(${from("../../test/support/sample-copy.ts")});
    const tester = createFunctionTester({ watchdogMs: 3_600_000, deadlineMs: 3_600_000 });
    await tester.test(copyOf("function handler(event) { return event.request }"), ${JSON.stringify(event)});
    void tester.test(copyOf(${JSON.stringify(endlessSource)}), ${JSON.stringify(event)});
    setTimeout(() => console.log("held"), 200);`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await printedBy(starter).until(/held/);
  const [host] = childrenOf(starter.pid!, "host-child");
  assert.ok(host !== undefined);
  assert.ok(getPriority(host) > 8, String(getPriority(host)));
  starter.kill("SIGKILL");
  await sleepUntil(() => !isRunning(host));
});

/** One that has ended may be listed until somebody has heard of it, without a command line. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc/self") || readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

test("a process without work is let go", async (t) => {
  await untilNoHosts();
  const patient = patientTester(t, { idleMs: 200 });
  await patient.test(plain, event);
  await untilNoHosts();
});

async function untilNoHosts(): Promise<void> {
  tester.close();
  await sleepUntil(() => hosts().length === 0);
}

function hosts(): number[] {
  return childrenOf(process.pid, "host-child");
}

async function sleepUntil(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
