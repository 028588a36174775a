/**
 * What a run costs when a viewer, or an origin, sends as large a head as it may: near-linear work, a few
 * milliseconds of it, in every part of the event and whatever the function does with that part.
 *
 * Time is this thread's own, so that a busy machine matters less. Before there was an index of names,
 * 31 KB of them took 40 to 300 ms, and ten times what 8 KB took or more.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionCopy } from "../../model/function.ts";
import { type ReadParts, readsAll } from "../dialect/read-parts.ts";
import type { FunctionEvent } from "../function-runtime.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../../test/support/sample-copy.ts";
import { encodeEvent } from "./encode-event.ts";
import { headerRules } from "../../model/header-rules.ts";
import { findShape } from "./header-shapes.ts";

const small = 8000;
const large = 31_000;
/** Linear work takes 3.9 times as long on the large head. */
const mostTimes = 10;
const mostMs = 60;
/** Of what takes less, nothing more is asked. */
const fewMs = 6;

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

/** Names that fill so many bytes, with a separator and a little more each. */
function fill(bytes: number, name: (i: number) => string): string[] {
  const names: string[] = [];
  for (let length = 0; length < bytes; length += (names.at(-1) as string).length + 2) {
    names.push(name(names.length));
  }
  return names;
}

const nameKinds: Readonly<Record<string, (bytes: number) => string[]>> = {
  distinct: (bytes) => fill(bytes, (i) => `x${i.toString(36)}`),
  "beginning with digits": (bytes) => fill(bytes, (i) => `${i.toString(36)}x`),
  "coming twice": (bytes) => {
    const half = fill(bytes / 2, (i) => `q${i.toString(36)}`);
    return [...half, ...half];
  },
  equal: (bytes) => fill(bytes, () => "a"),
  "like integers": (bytes) => fill(bytes, (i) => String(9000 - i)),
  // In V8 their hashes have the last bits in common.
  "like far integers": (bytes) => fill(bytes, (i) => String(1_000_000 + ((i * 4096) % 9_000_000))),
  "with one prefix": (bytes) => fill(bytes, (i) => `${"prefix".repeat(4)}${i}`),
  "that objects inherit": (bytes) => fill(bytes, () => "__proto__"),
  long: (bytes) => fill(bytes, (i) => "l".repeat(3000) + i),
};
const mixed = (bytes: number): string[] =>
  ["distinct", "coming twice", "like integers", "beginning with digits"].flatMap(
    (kind) => nameKinds[kind]?.(bytes / 4) ?? [],
  );

const requestWith = (change: Partial<FunctionEvent["request"]>): FunctionEvent => ({
  ...sampleEvent,
  request: { ...sampleEvent.request, ...change },
});
const responseWith = (headers: readonly string[]): FunctionEvent => ({
  ...sampleEvent,
  eventType: "viewer-response",
  response: { statusCode: 200, statusDescription: "OK", headers },
});

const parts: Readonly<Record<string, (names: string[]) => FunctionEvent>> = {
  "request.querystring": (names) =>
    requestWith({ querystring: names.map((name) => `${name}=`).join("&") }),
  "request.cookies": (names) =>
    requestWith({ headers: ["Cookie", names.map((name) => `${name}=`).join(";")] }),
  "request.headers": (names) => requestWith({ headers: names.flatMap((name) => [name, ""]) }),
  "response.headers": (names) => responseWith(names.flatMap((name) => [name, ""])),
  "response.cookies": (names) =>
    responseWith(names.flatMap((name) => ["Set-Cookie", `${name}=;A`])),
};

const functions: Readonly<Record<string, string>> = {
  "reads one": "if (m.none) return; return r",
  "lists all": "if (Object.keys(m).length === 0) return; return r",
  "walks through all": "var n = 0; for (var k in m) n += 1; return r",
  "adds one": "m.new = { value: 'v' }; return r",
  "changes one": "m[Object.keys(m)[1] || 'b'] = { value: 'v' }; return r",
  "deletes one": "delete m[Object.keys(m)[1] || 'a']; return r",
  "replaces the map": "var n = {}; for (var k in m) n[k] = m[k]; r[p] = n; return r",
  "returns the map": "return { statusCode: 200, headers: p === 'headers' ? m : {}, cookies: m }",
};

/** Milliseconds that work takes of this thread: at once when that is little, else when it has warmed up. */
function cost(work: () => unknown): number {
  const first = timed(work, 1);
  return first < fewMs ? first : timed(work, 3);
}

function timed(work: () => unknown, turns: number): number {
  const start = process.threadCpuUsage();
  for (let i = 0; i < turns; i += 1) work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000 / turns;
}

/** Asserts that work on a large head takes a bounded time, in the best of three tries. */
function assertCheap(what: string, workOn: (bytes: number) => () => unknown): void {
  let told = "";
  for (let tries = 0; tries < 3; tries += 1) {
    const taken = cost(workOn(large));
    if (taken < fewMs) return;
    // Of one turn the system may say nothing: it counts a thread's time by its ticks, of some milliseconds.
    const before = timed(workOn(small), 10);
    if (taken < mostMs && taken < mostTimes * Math.max(before, 1)) return;
    told = `${what}: ${before} ms for ${small} bytes, ${taken} ms for ${large}`;
  }
  assert.fail(told);
}

const copies = new Map<string, FunctionCopy>();

function assertRunsCheaply(part: string, body: string, names: (bytes: number) => string[]): void {
  const [holder = "", map = ""] = part.split(".");
  const source = `function handler(e) { var r = e.${holder}, p = '${map}', m = r[p]; ${body} }`;
  const copy = copies.get(source) ?? copyOf(source);
  copies.set(source, copy);
  runtime.prepare(copy);
  assertCheap(`${part}, "${body}"`, (bytes) => {
    const event = parts[part]?.(names(bytes)) as FunctionEvent;
    return () => runtime.run(copy, event);
  });
}

for (const part of Object.keys(parts)) {
  for (const [does, body] of Object.entries(functions)) {
    test(`a function that ${does} of a large ${part} takes near-linear time`, () => {
      assertRunsCheaply(part, body, mixed);
    });
  }
  // These are built as cookies and a request's headers are.
  if (part === "response.headers" || part === "request.querystring") continue;
  for (const [kind, names] of Object.entries(nameKinds)) {
    test(`a large ${part} of names ${kind} takes near-linear time`, () => {
      assertRunsCheaply(part, functions["adds one"] as string, names);
    });
  }
}

test("thousands of values that are not UTF-8 cost about as much as others", () => {
  for (const value of ["\xe9", "\xc3\xa9"]) {
    assertCheap(JSON.stringify(value), (bytes) => {
      const headers = fill(bytes, () => "x").flatMap((name) => [name, value]);
      return () => encodeEvent(requestWith({ headers }));
    });
  }
});

test("a function of many names is not searched for name by name in a long query string", () => {
  const names = new Set(Array.from({ length: 1000 }, (_none, i) => `aaaaaaa${i}`));
  names.add("a".repeat(5000));
  const reads: ReadParts = {
    ...readsAll,
    request: { headers: names, cookies: names, querystring: names, rawQueryString: false },
  };
  for (const text of ["a", "a&", "aaaaaaa;"]) {
    assertCheap(text, (bytes) => {
      const long = text.repeat(bytes / text.length);
      const event = requestWith({ querystring: long, headers: ["Cookie", long] });
      return () => encodeEvent(event, reads);
    });
  }
});

test("findShape() takes no notice of a list of thousands of names", () => {
  const browser = ["Host", "h", "Accept", "a", "X-Usual", "b"];
  for (let i = 0; i < 40; i += 1) findShape(browser, "cookie");
  for (let i = 0; i < 10; i += 1) {
    const list = Array.from({ length: 5000 }, (_none, j) => [`x-${i}-${j}`, "v"]).flat();
    assert.equal(findShape(list, "cookie"), undefined);
  }
  assert.notEqual(findShape(browser, "cookie"), undefined);
});

test("a long name that a function made of what a viewer sent is written in near-linear time", () => {
  assert.equal(headerRules("x-a--b1-2c-").titled, "X-A--B1-2c-");
  assertCheap("titled", (bytes) => () => {
    for (let i = 0; i < 10; i += 1) assert.ok(headerRules("-a".repeat(bytes / 2)).titled);
  });
});

test("what is wrong with an answer is told in a thousand characters, however long its names are", () => {
  for (const name of ["'\\u0001'.repeat(100000)", "' '.repeat(100000)"]) {
    for (const value of ["5", "{ value: '' }"]) {
      for (const map of ["headers", "cookies"]) {
        const source = `function handler() { var m = {}; m[${name}] = ${value}; return { statusCode: 200, ${map}: m } }`;
        const { outcome } = runtime.run(copyOf(source), sampleEvent);
        assert.equal(outcome.type, "validation-error", source);
        if (outcome.type === "validation-error") assert.ok(outcome.message.length < 1100, source);
      }
    }
  }
});

test("an answer is charged for what it takes in JSON", () => {
  const source = (text: string): string =>
    `function handler() { return { statusCode: 200, body: '${text}'.repeat(300000) } }`;
  const utilization = (text: string): number =>
    runtime.run(copyOf(source(text)), sampleEvent).computeUtilization;
  assert.ok(utilization("\\u0001") >= 2 * utilization("a"));
});
