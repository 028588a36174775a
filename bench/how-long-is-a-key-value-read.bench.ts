/**
 * How long is a read of a key value store, and what does a store cost those who do not read?
 *
 * A store at its limits: 10,000 keys, 5 MB. "in the state" is the lookup alone; "in a function" is
 * what `await kvs.get(key)` adds to an invocation, the way into the host and back with it: the
 * difference of two functions, one of which reads 20 keys more. Reads miss no cache that a server
 * would hit, since keys are drawn over the whole store. The second table is of what must not
 * depend on the store's size, or on how many functions read it: a put, a publish, a function's
 * first run, and how many readers are made for a hundred functions that share the store.
 *
 * Run: node --no-node-snapshot bench/how-long-is-a-key-value-read.bench.ts
 */
import { keyValueStoreArn, type KeyValuePair } from "../src/model/key-value-store.ts";
import { createRuntime } from "../src/runtime/isolate-runtime.ts";
import type { FunctionEvent } from "../src/runtime/function-runtime.ts";
import { applyChange } from "../src/state/apply-change.ts";
import type { Change } from "../src/state/change.ts";
import { readerFor } from "../src/state/key-value-reader.ts";
import {
  changeOf,
  functionPublished,
  keyValuesChanged,
  keyValueStoreCreated,
  sampleAccount,
  sampleStoreId,
} from "../test/support/sample-changes.ts";
import { emptyState, type State } from "../src/state/state.ts";

const functionCount = 100;
/** More would be over the compute limit: ten values read as JSON are half of it. */
const readsPerRun = 10;

/** The key's number is scattered, so that neighbors in a run are none in the store. */
const keyOf = (index: number): string => `/redirects/path-${(index * 7919) % 10_000}`;
const pairsOf = (count: number): KeyValuePair[] =>
  Array.from({ length: count }, (_, index) => {
    const key = keyOf(index);
    return [key, `{"to":"/new/${index}"}`.padEnd(524 - key.length, " ")];
  });

const event: FunctionEvent = {
  eventType: "viewer-request",
  distributionDomainName: "d111111abcdef8.cloudfront.localhost",
  distributionId: "EDFDVBD6EXAMPLE",
  requestId: "request",
  viewerIp: "198.51.100.7",
  request: { method: "GET", uri: "/7", querystring: undefined, headers: ["host", "example.com"] },
};

/** @param read what is done `readsPerRun` times with a key `k` and the store `kvs` */
const readerCode = (read: string): string => `import cf from 'cloudfront';
const kvs = cf.kvs();
async function handler(event) {
  const start = +event.request.uri.slice(1);
  for (let i = 0; i < ${readsPerRun}; i++) {
    const k = '/redirects/path-' + ((start + i) * 7919 % 10000);
    ${read}
  }
  return event.request;
}`;

function functionReading(name: string, code: string): Change {
  const KeyValueStoreARN = keyValueStoreArn(sampleAccount, sampleStoreId);
  return changeOf({
    type: "function-created",
    name,
    code: Buffer.from(code).toString("base64"),
    config: {
      Comment: "",
      Runtime: "cloudfront-js-2.0",
      KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN }] },
    },
  });
}

function stateAfter(state: State, ...changes: readonly Change[]): State {
  return changes.reduce(
    (before, change) => applyChange(before, change, before.revision + 1),
    state,
  );
}

const stateOf = (count: number): State =>
  stateAfter(
    emptyState(sampleAccount),
    keyValueStoreCreated(pairsOf(count)),
    ...Array.from({ length: functionCount }, (_, index) =>
      functionReading(`fn${index}`, readerCode("await kvs.get(k);")),
    ),
  );

/** The median of several rounds, in µs a call. */
function microseconds(rounds: number, calls: number, act: (index: number) => unknown): number {
  for (let index = 0; index < calls; index++) act(index);
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (let index = 0; index < calls; index++) act(index);
    return ((performance.now() - start) * 1000) / calls;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
}

const large = stateOf(10_000);
const small = stateOf(10);
const { sizeBytes, pairs } = large.keyValueStores.get(sampleStoreId)!;
console.log(`store: ${pairs.size} keys, ${(sizeBytes / 1024 / 1024).toFixed(2)} MB`);

const runtime = createRuntime();
const requests = Array.from({ length: 1000 }, (_, index) => ({
  ...event,
  request: { ...event.request, uri: `/${index * 7}` },
}));

/** @returns µs an invocation */
function runTime(read: string): number {
  const state = stateAfter(large, functionReading("measured", readerCode(read)));
  const copy = state.functions.get("measured")!.development;
  const { outcome } = runtime.run(copy, event, readerFor(state, copy));
  if (outcome.type !== "request") throw new Error(JSON.stringify(outcome));
  return microseconds(15, 1000, (index) =>
    runtime.run(copy, requests[index]!, readerFor(state, copy)),
  );
}

const reader = readerFor(large, large.functions.get("fn0")!.development)!;
const keys = Array.from({ length: 10_000 }, (_, index) => keyOf(index * 31));
const base = runTime("");
const perRead = (read: string): string => ((runTime(read) - base) / readsPerRun).toFixed(2);
console.table([
  {
    read: "in the state",
    µs: microseconds(15, 10_000, (index) => reader.get(keys[index]!)).toFixed(2),
  },
  { read: "in a function, exists()", µs: perRead("await kvs.exists(k);") },
  { read: "in a function, get()", µs: perRead("await kvs.get(k);") },
  {
    read: "in a function, get() as JSON",
    µs: perRead("await kvs.get(k, { format: 'json' });"),
  },
  { read: "in a function, get() as bytes", µs: perRead("await kvs.get(k, { format: 'bytes' });") },
]);

/** What the functions read their store through, before a publish and after it. */
function readersMade(state: State): number {
  const published = stateAfter(state, functionPublished("fn0"));
  const readers = [state, published].flatMap((at) =>
    [...at.functions.values()].map(({ development }) => readerFor(at, development)),
  );
  return new Set(readers).size;
}

function costs(state: State): Record<string, string> {
  let current = state;
  const put = microseconds(15, 500, (index) => {
    current = stateAfter(current, keyValuesChanged([[keyOf(index % 10), `value ${index}`]]));
  });
  const publish = microseconds(15, 100, (index) =>
    stateAfter(state, functionPublished(`fn${index}`)),
  );
  // Each run is of another copy, so each pays for an isolate; the store adds nothing to that.
  const copies = Array.from({ length: 20 }, (_, index) => state.functions.get(`fn${index}`)!);
  const start = performance.now();
  for (const { development } of copies) {
    runtime.run(development, event, readerFor(state, development));
  }
  const firstRunMs = (performance.now() - start) / copies.length;
  return {
    "put, µs": put.toFixed(1),
    "publish, µs": publish.toFixed(1),
    "first run, ms": firstRunMs.toFixed(2),
    [`readers of ${functionCount} functions`]: String(readersMade(state)),
  };
}

console.table({ "10 keys": costs(small), "10,000 keys, 5 MB": costs(large) });
await runtime.close();
