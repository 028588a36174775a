/**
 * How long is one invocation of a function, warm and cold, and what do a thousand functions take?
 *
 * The event is a browser's: 1.2 KB of text, 19 headers. The yardstick is node:vm, which does the
 * same without isolation: the same flat event goes in, the same harness builds the event object,
 * calls the same compiled function and writes the answer, and the answer is decoded, checked and
 * made the same outcome. Counters are compiled in there as well, since compute utilization is a
 * result of the invocation and not a wall. What node:vm is spared is what isolation costs: the
 * call into another isolate, the watchdog, the frozen realm, and finding the function's isolate.
 *
 * Ours leaves out what of the event the source provably can't read. The first ratio is to a
 * node:vm that builds the whole event; for the second, node:vm leaves out the same parts, so that it
 * shows the price of the wall alone, some 2 µs. Of "list all parts" and "log the event" nothing can be
 * left out.
 * Unfair to us: nothing. Unfair to it: with no wall to cross, it could hand over objects in place
 * of text.
 *
 * Usage: node --no-node-snapshot bench/how-long-is-an-invocation.bench.ts [--warm]
 */
import assert from "node:assert/strict";
import vm from "node:vm";
import { compileFunction } from "../src/runtime/dialect/compile-function.ts";
import { readsAll } from "../src/runtime/dialect/read-parts.ts";
import { buildOutcome } from "../src/runtime/event/build-outcome.ts";
import { decodeAnswer } from "../src/runtime/event/decode-answer.ts";
import { encodeEvent } from "../src/runtime/event/encode-event.ts";
import { ShapeNumbers } from "../src/runtime/event/header-shapes.ts";
import type { FunctionEvent, Invocation } from "../src/runtime/function-runtime.ts";
import { guestSource } from "../src/runtime/guest-source.ts";
import type { GuestInvoke } from "../src/runtime/guest/invoke.ts";
import { computeUtilization } from "../src/runtime/limits.ts";
import { createRuntime } from "../src/runtime/isolate-runtime.ts";
import { copyOf } from "../test/support/sample-copy.ts";

const headers = [
  ["Host", "d111111abcdef8.cloudfront.net"],
  [
    "User-Agent",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
  ],
  [
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
  ],
  ["Accept-Language", "en-US,en;q=0.5"],
  ["Accept-Encoding", "gzip, deflate, br"],
  ["Referer", "https://www.example.com/docs/getting-started/index.html?ref=home"],
  [
    "Cookie",
    "session=eyJzdWIiOiJqYW5lLmRvZSIsImlhdCI6MTcxODAwMDAwMCwiZXhwIjoxNzE4MDg2NDAwfQ.c2lnbmVk.Qm9va21hcms; _ga=GA1.2.1234567890.1718000000; _gid=GA1.2.987654321.1718000000; consent=analytics:1,ads:0; theme=dark; lang=en",
  ],
  ["Cache-Control", "max-age=0"],
  ["Sec-CH-UA", '"Not/A)Brand";v="8", "Chromium";v="126", "Google Chrome";v="126"'],
  ["Sec-CH-UA-Mobile", "?0"],
  ["Sec-CH-UA-Platform", '"Linux"'],
  ["Sec-Fetch-Dest", "document"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-Site", "same-origin"],
  ["Sec-Fetch-User", "?1"],
  ["Upgrade-Insecure-Requests", "1"],
  ["X-Forwarded-For", "203.0.113.9, 198.51.100.1"],
  ["CloudFront-Viewer-Country", "DE"],
  ["CloudFront-Is-Mobile-Viewer", "false"],
].flat();
const event: FunctionEvent = {
  eventType: "viewer-request",
  distributionDomainName: "d111111abcdef8.cloudfront.net",
  distributionId: "EDFDVBD6EXAMPLE",
  requestId: "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
  viewerIp: "198.51.100.7",
  request: { method: "GET", uri: "/docs/guides/", querystring: "page=2&sort=price", headers },
};
const functions: Readonly<Record<string, string>> = {
  "pass through": "function handler(event) { return event.request }",
  "index.html":
    "function handler(event) { var r = event.request; if (r.uri.endsWith('/')) { r.uri += 'index.html' } else if (!r.uri.includes('.')) { r.uri += '/index.html' } return r }",
  "add a header":
    "function handler(event) { event.request.headers['true-client-ip'] = { value: event.viewer.ip }; return event.request }",
  "sort the query":
    "function handler(event) { var q = event.request.querystring; event.request.querystring = Object.keys(q).sort().map(function (name) { return name + '=' + q[name].value }).join('&'); return event.request }",
  async: "async function handler(event) { return event.request }",
  "read by name":
    "function handler(event) { var r = event.request; var lang = r.cookies.lang ? r.cookies.lang.value : 'en'; var page = r.querystring.page; if (r.headers.host.value.indexOf('www.') === 0 || page && page.value === '0') { r.uri = '/moved' } else { r.uri = '/' + lang + r.uri } return r }",
  "sign with HMAC":
    "import crypto from 'crypto'; function handler(event) { var r = event.request; r.headers['x-signature'] = { value: crypto.createHmac('sha256', 'key').update(r.uri).digest('hex') }; return r }",
  "list all parts":
    "function handler(event) { var r = event.request; var count = Object.keys(r.headers).length + Object.keys(r.cookies).length + Object.keys(r.querystring).length; if (count > 99) { r.uri = '/too-many' } return r }",
  "log the event":
    "function handler(event) { console.log(JSON.stringify(event)); return event.request }",
};

const percentile = (times: number[], part: number): number =>
  times.sort((one, other) => one - other)[Math.floor(times.length * part)] ?? 0;
const microseconds = (work: () => void): number => {
  const start = performance.now();
  work();
  return (performance.now() - start) * 1000;
};
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const now = new Date().getTime();

/** The same function in node:vm; an asynchronous one answers when its promise is settled. */
function inVm(source: string, whole: boolean): () => Promise<Invocation> | Invocation {
  const context = vm.createContext({});
  const compiled = compileFunction(source, "cloudfront-js-2.0");
  if (compiled.type === "refused") throw new Error(compiled.message);
  const boot = vm.runInContext(guestSource("cloudfront-js-2.0"), context) as (
    frozen: boolean,
    readStore: () => string,
  ) => GuestInvoke;
  const entry = boot(false, () => "");
  entry.load(vm.runInContext(compiled.script, context) as never, compiled.hasJobs, true);
  const finish = (text: string): Invocation => {
    const answer = decodeAnswer(text);
    const outcome = buildOutcome(answer, event);
    const logs = answer.type === "same-request" ? [] : answer.logs;
    return { outcome, logs, computeUtilization: computeUtilization(answer.steps) };
  };
  const reads = whole ? readsAll : compiled.reads;
  const numbers = new ShapeNumbers();
  let taught = 0;
  return () => {
    const sent = encodeEvent(event, reads, numbers);
    taught = numbers.teach(taught, entry.learnShape);
    const text = entry.invoke(now, sent);
    return text === "?" ? settled(entry, finish) : finish(longOne(entry, text));
  };
}

async function settled(
  entry: GuestInvoke,
  finish: (text: string) => Invocation,
): Promise<Invocation> {
  await Promise.resolve();
  return finish(longOne(entry, entry.settle()));
}

/** A long answer is taken by another call. */
const longOne = (entry: GuestInvoke, text: string): string =>
  text === "*" ? entry.take()[0] : text;

/** Times of so many calls; what is asynchronous is timed until it has answered. */
async function times(count: number, work: () => unknown): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const start = performance.now();
    const result = work();
    if (result instanceof Promise) await result;
    taken.push((performance.now() - start) * 1000);
  }
  return taken;
}

const runtime = createRuntime();
console.log(`event: ${encodeEvent(event).length} bytes, ${headers.length / 2} headers\n`);
console.log(
  "function        median     p99   node:vm: whole event  same parts   cold first answer",
);
const column = (value: number, digits: number, width: number): string =>
  value.toFixed(digits).padStart(width);
for (const [name, source] of Object.entries(functions)) {
  for (let i = 0; i < 5; i += 1) await later();
  const copy = copyOf(source);
  const cold = microseconds(() => runtime.run(copy, event));
  const ours = (): Invocation => runtime.run(copy, event);
  const whole = inVm(source, true);
  const parts = inVm(source, false);
  const rivals = [ours, whole, parts].map((work) => ({ work, taken: [] as number[] }));
  for (const { work } of rivals) {
    assert.deepEqual(await work(), ours(), "node:vm does the same");
    await times(20_000, work);
  }
  for (let round = 0; round < 10; round += 1) {
    for (const { work, taken } of rivals) taken.push(...(await times(3000, work)));
  }
  const [here = 0, ...there] = rivals.map(({ taken }) => percentile(taken, 0.5));
  const ratios = there.map((median) => `${column(median, 2, 6)} µs ${column(here / median, 2, 5)}`);
  console.log(
    `${name.padEnd(14)} ${column(here, 2, 5)} µs ${column(percentile(rivals[0]?.taken ?? [], 0.99), 1, 5)} µs  ${ratios.join("    ")} ${column(cold / 1000, 2, 8)} ms`,
  );
}
if (process.argv.includes("--warm")) {
  await runtime.close();
  process.exit();
}

const cold: number[] = [];
for (let i = 0; i < 20; i += 1) {
  for (let j = 0; j < 3; j += 1) await later();
  const copy = copyOf(
    `function handler(event) { event.request.uri = '/${i}'; return event.request }`,
  );
  cold.push(microseconds(() => runtime.run(copy, event)) / 1000);
}
console.log(
  `\na new function's first answer: median ${percentile(cold, 0.5).toFixed(2)} ms, worst ${percentile(cold, 1 - 1e-9).toFixed(2)} ms of 20`,
);
await runtime.close();

const crowd = createRuntime({ maxIsolates: 200 });
const before = process.memoryUsage().rss;
const copies = Array.from({ length: 1000 }, (_none, i) =>
  copyOf(`function handler(event) { event.request.uri = '/${i}'; return event.request }`),
);
let failed = 0;
const load = microseconds(() => {
  for (const copy of copies) crowd.prepare(copy);
});
const afterLoad = process.memoryUsage().rss;
for (let round = 0; round < 2; round += 1) {
  for (const copy of copies) if (crowd.run(copy, event).outcome.type !== "request") failed += 1;
  await later();
}
const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
console.log(
  `1,000 functions, 200 isolates: loaded in ${(load / 1e6).toFixed(1)} s, ${mib(afterLoad - before)} MiB after loading, ${mib(process.memoryUsage().rss - before)} MiB after two rounds through all, ${failed} runs failed`,
);
await crowd.close();
