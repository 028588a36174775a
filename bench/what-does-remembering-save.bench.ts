/**
 * What does remembering answers save where requests come again, and what does it cost where none does?
 *
 * Each function is run in pairs of runtimes that differ in nothing else, slices of 256 runs in turn, and medians of the
 * slices are compared, since a busy machine makes some of them long. Requests come again in a circle
 * of 1,000 URLs, with a browser's headers, or never: each has a URL of its own. There is no HTTP
 * around the run, so a request as a whole gains a smaller part, and loses one.
 *
 * Where none comes again, the copy tries for 4,096 runs and rests for 131,072; what a run takes in both is shown as a share of what it takes without, and what that is in all.
 * What a median leaves out is long collections of garbage, which the 4 MB that a copy remembers at most hardly add to. A function that reads the clock
 * rests after 128 runs. The changing store is another revision in each slice, which answers the same.
 *
 * Usage: node --no-node-snapshot bench/what-does-remembering-save.bench.ts [pairs of runtimes, 6 unless given]
 */
import type {
  FunctionEvent,
  FunctionRuntime,
  KeyValueReader,
} from "../src/runtime/function-runtime.ts";
import { createRuntime } from "../src/runtime/isolate-runtime.ts";
import { copyOf, sampleEvent } from "../test/support/sample-copy.ts";

const pairs = Number(process.argv[2] ?? 6);
/** Trying and resting, as remembered-answers.ts has it. */
const triedRuns = 4096;
const circleRuns = triedRuns + 32 * triedRuns;
const slice = 256;

const functions: Readonly<Record<string, string>> = {
  "index.html":
    "function handler(event) { var r = event.request; if (r.uri.endsWith('/')) r.uri += 'index.html'; return r }",
  "add a header":
    "function handler(event) { event.request.headers['x-path'] = { value: event.request.uri }; return event.request }",
  redirect:
    "function handler(event) { return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/new' + event.request.uri } } } }",
  "read by name":
    "function handler(event) { var r = event.request, c = r.cookies; r.uri = '/' + (c.lang ? c.lang.value : 'en') + r.uri; return r }",
  "sign with HMAC":
    "import crypto from 'crypto'; function handler(event) { var r = event.request; r.headers['x-signature'] = { value: crypto.createHmac('sha256', 'key').update(r.uri).digest('hex') }; return r }",
  "check an expiry":
    "function handler(event) { var r = event.request; if (Date.now() > 4102444800000) return undefined; r.headers['x-path'] = { value: r.uri }; return r }",
  "read a store":
    "import cf from 'cloudfront'; async function handler(event) { var r = event.request; r.uri = await cf.kvs().get(r.uri); return r }",
  "a changing store":
    "import cf from 'cloudfront'; async function handler(event) { var r = event.request; r.uri = await cf.kvs().get(r.uri); return r }",
  "read the clock":
    "function handler(event) { if (event.request.uri === '/' + Date.now()) return undefined; return event.request }",
};

const headers = [
  ["Host", "d111111abcdef8.cloudfront.net"],
  ["User-Agent", `Mozilla/5.0 (X11; Linux x86_64) ${"AppleWebKit/537.36 ".repeat(4)}`],
  ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"],
  ["Accept-Language", "en-US,en;q=0.5"],
  ["Accept-Encoding", "gzip, deflate, br"],
  ["Referer", "https://www.example.com/docs/getting-started/index.html?ref=home"],
  ["Cookie", `session=${"0123456789abcdef".repeat(12)}; consent=analytics:1,ads:0; lang=en`],
  ["Cache-Control", "max-age=0"],
  ["Sec-Fetch-Dest", "document"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-Site", "same-origin"],
  ["X-Forwarded-For", "203.0.113.9, 198.51.100.1"],
].flat();
let made = 0;
const eventFor = (uri: string): FunctionEvent => ({
  ...sampleEvent,
  requestId: `${(made += 1)}ZYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==`,
  request: { ...sampleEvent.request, uri, headers },
});
let circled = 0;
const comingAgain = (): FunctionEvent[] =>
  Array.from({ length: slice }, () => eventFor(`/docs/${(circled += 1) % 1000}/`));
const nextOnes = (): FunctionEvent[] =>
  Array.from({ length: slice }, () => eventFor(`/docs/${made}/`));

/** A store of which each key is its value. Another one stands for a revision of it. */
const newStore = (): KeyValueReader => ({
  id: "s",
  get: (key) => key,
  keyCount: 1,
  createdTime: "2026-01-01T00:00:00.000Z",
  lastUpdatedTime: "2026-01-01T00:00:00.000Z",
});
let store = newStore();

interface Side {
  readonly runtime: FunctionRuntime;
  readonly copy: ReturnType<typeof copyOf>;
}

/** Microseconds a run. */
function time({ runtime, copy }: Side, events: readonly FunctionEvent[]): number {
  const start = performance.now();
  for (const event of events) runtime.run(copy, event, store);
  return ((performance.now() - start) * 1000) / events.length;
}

const median = (numbers: number[]): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;

/** Medians: of a run's time with and without remembering, and of what the first is of the second, slice by slice. */
async function compare(
  source: string,
  make: () => FunctionEvent[],
  slices: number,
  changes: boolean,
) {
  const here: number[] = [];
  const without: number[] = [];
  const trying: number[] = [];
  const resting: number[] = [];
  // What V8 makes of the same code differs by some percent from one isolate to the next.
  for (let pair = 0; pair < pairs; pair += 1) {
    const sideOf = (remembers: boolean): Side => {
      return { runtime: createRuntime({ remembers }), copy: copyOf(source) };
    };
    const on = sideOf(true);
    const off = sideOf(false);
    // V8 compiles in the first runs; what is timed begins with a copy that has tried nothing yet.
    const warm = { ...on, copy: copyOf(source) };
    for (let i = 0; i < 20; i += 1) for (const side of [warm, off]) time(side, make());
    for (let i = 0; i < slices; i += 1) {
      if (changes) store = newStore();
      const events = make();
      const pair = i % 2 === 0 ? [on, off] : [off, on];
      const times = pair.map((side) => time(side, events));
      const [mine = 0, other = 1] = i % 2 === 0 ? times : times.toReversed();
      here.push(mine);
      without.push(other);
      (i < triedRuns / slice ? trying : resting).push(mine / other);
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const side of [on, off]) await side.runtime.close();
  }
  return {
    here: median(here),
    without: median(without),
    trying: median(trying),
    resting: median(resting),
  };
}

const column = (value: number, digits: number, width: number): string =>
  value.toFixed(digits).padStart(width);
console.log(
  "                 comes again: remembered      run  run/remembered   never: tries  rests  in all",
);
for (const [name, source] of Object.entries(functions)) {
  const changes = name.includes("changing");
  const again = await compare(source, comingAgain, 40, changes);
  const never = await compare(source, nextOnes, circleRuns / slice, changes);
  const inAll = (triedRuns * never.trying + (circleRuns - triedRuns) * never.resting) / circleRuns;
  console.log(
    `${name.padEnd(16)} ${column(again.here, 2, 20)} µs ${column(again.without, 2, 6)} µs ${column(again.without / again.here, 1, 11)} ${column(never.trying, 2, 18)} ${column(never.resting, 3, 6)} ${column(inAll, 3, 6)}`,
  );
}
