/**
 * How long is one invocation of a function, warm and cold, and what do a thousand functions take?
 *
 * The yardstick is node:vm, which runs the same functions on the same event with no isolation: the
 * event is built inside its context from the same lines and the answer goes back as text, but
 * nothing is counted, frozen, checked or guarded there. Unfair to us: node:vm's call crosses no
 * isolate. Unfair to it: nothing.
 *
 * Usage: node --no-node-snapshot bench/how-long-is-an-invocation.bench.ts
 */
import vm from "node:vm";
import type { FunctionCopy } from "../src/model/function.ts";
import { encodeEvent } from "../src/runtime/event/encode-event.ts";
import type { FunctionEvent } from "../src/runtime/function-runtime.ts";
import { guestBuildEvent } from "../src/runtime/guest/build-event.ts";
import { guestKit } from "../src/runtime/guest/kit.ts";
import { guestReadAnswer } from "../src/runtime/guest/read-answer.ts";
import { createRuntime } from "../src/runtime/isolate-runtime.ts";

const headers = [
  ["Host", "d111111abcdef8.cloudfront.net"],
  [
    "User-Agent",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
  ],
  [
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  ],
  ["Accept-Language", "en-US,en;q=0.5"],
  ["Accept-Encoding", "gzip, deflate, br"],
  ["Referer", "https://www.example.com/some/path/page.html?x=1"],
  ["Cookie", "session=abcdef0123456789abcdef0123456789; theme=dark; lang=en"],
  ["Cache-Control", "max-age=0"],
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
  request: { method: "GET", uri: "/docs/", querystring: "a=1&b=2", headers },
};
const functions: Readonly<Record<string, string>> = {
  "pass through": "function handler(event) { return event.request }",
  "index.html":
    "function handler(event) { var r = event.request; if (r.uri.endsWith('/')) { r.uri += 'index.html' } else if (!r.uri.includes('.')) { r.uri += '/index.html' } return r }",
  "add a header":
    "function handler(event) { event.request.headers['true-client-ip'] = { value: event.viewer.ip }; return event.request }",
  async: "async function handler(event) { return event.request }",
};

const copyOf = (source: string): FunctionCopy => ({
  config: { Comment: "", Runtime: "cloudfront-js-2.0" },
  code: Buffer.from(source).toString("base64"),
  version: 1,
  createdTime: "",
  lastModifiedTime: "",
});
const percentile = (times: number[], part: number): number =>
  times.sort((one, other) => one - other)[Math.floor(times.length * part)] ?? 0;
const microseconds = (work: () => void): number => {
  const start = performance.now();
  work();
  return (performance.now() - start) * 1000;
};
const timed = (work: () => void): number[] => {
  for (let i = 0; i < 20_000; i += 1) work();
  return Array.from({ length: 20_000 }, () => microseconds(work));
};
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The same function in node:vm: the same event in, the same text out, and no wall between. */
function inVm(source: string): () => unknown {
  const context = vm.createContext({});
  const call = vm.runInContext(
    `(function () { const kit = (${guestKit.toString()})(1e9, 1e9);
      const events = (${guestBuildEvent.toString()})(kit);
      const answers = (${guestReadAnswer.toString()})(kit);
      const make = function () { "use strict"; ${source}; return handler };
      return function (lines) {
        const built = events.fromLines(lines, true);
        const result = make()(built.event);
        return typeof result.then === "function" ? "?" : answers.readAnswer(result, built, false);
      } })()`,
    context,
  ) as (lines: string) => unknown;
  return () => call(encodeEvent(event));
}

const runtime = createRuntime();
console.log(`event: ${JSON.stringify(headers).length + 200} bytes\n`);
console.log("function        median    p99   node:vm  ratio   cold first answer");
for (const [name, source] of Object.entries(functions)) {
  for (let i = 0; i < 5; i += 1) await later();
  const copy = copyOf(source);
  const cold = microseconds(() => runtime.run(copy, event));
  const ours = timed(() => runtime.run(copy, event));
  const theirs = timed(inVm(source));
  const [median, other] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
  console.log(
    `${name.padEnd(14)} ${median.toFixed(2).padStart(5)} µs ${percentile(ours, 0.99).toFixed(1).padStart(5)} µs ${other.toFixed(2).padStart(5)} µs  ${(median / other).toFixed(2)}  ${(cold / 1000).toFixed(2).padStart(6)} ms`,
  );
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
