/**
 * What is remembered of requests that come again (header lines, functions' answers, cache keys, written heads) is never seen by
 * a viewer, an origin, or whoever is told of visits: an edge that remembers and one that does not are asked the same, in the
 * same packets, and say the same.
 *
 * FOOTLIGHT_REMEMBERED_BATCHES says how many batches of requests are sent, FOOTLIGHT_FUZZ_SEED which.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { publishedOnce } from "../../src/model/function-versions.ts";
import type { FunctionRun } from "../../src/edge/record/visit.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { patientWatchdogMs } from "../support/sample-copy.ts";
import { randomFrom } from "../support/sample-random.ts";
import { domainName, open, startScene, type Scene } from "./viewer-scene.ts";

const batches = Number(process.env["FOOTLIGHT_REMEMBERED_BATCHES"] ?? 60);
const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 7);

const requestFunctions = [
  "function handler(e) { return e.request }",
  "function handler(e) { e.request.uri = '/v1' + e.request.uri; return e.request }",
  "function handler(e) { var r = e.request; var c = r.cookies.a; r.headers['x-who'] = { value: c ? c.value : 'nobody' }; return r }",
  "function handler(e) { e.request.querystring = { q: { value: e.request.method } }; console.log(e.request.uri); return e.request }",
  "function handler(e) { delete e.request.headers['x-one']; e.request.headers.host = { value: 'x' }; return e.request }",
  "function handler(e) { if (e.request.cookies.b) return { statusCode: 302, headers: { location: { value: e.request.cookies.b.value } } }; return e.request }",
  "function handler(e) { return { statusCode: 200, body: e.viewer.ip + JSON.stringify(e.request.headers) } }",
  "function handler(e) { if (e.request.uri === '/b') throw new Error(e.request.headers.accept && e.request.headers.accept.value); return e.request }",
  "function handler(e) { e.request.headers.cookie; e.request.cookies = { z: { value: Object.keys(e.request.headers).length + '' } }; return e.request }",
  "function handler(e) { var n = e.request.headers['__proto__']; return { statusCode: 200, headers: { 'x-n': { value: typeof n + Object.keys(e.request.headers) } } } }",
  "function handler(e) { return { statusCode: 200 + (e.request.uri.length % 5), body: Date.now() > 1e12 ? 'late' : 'early' } }",
];
const responseFunctions = [
  "function handler(e) { return e.response }",
  "function handler(e) { e.response.headers['x-uri'] = { value: e.request.uri }; return e.response }",
  "function handler(e) { var c = e.request.cookies.a; if (c) e.response.cookies = { s: { value: c.value } }; return e.response }",
  "function handler(e) { e.response.statusCode = e.request.method === 'HEAD' ? 204 : 201; return e.response }",
  "function handler(e) { if (e.request.headers['x-one']) e.response.body = { encoding: 'text', data: e.request.headers['x-one'].value }; return e.response }",
];

const headerSets: readonly (readonly string[])[] = [
  [],
  ["Accept: text/html", "Accept-Encoding: gzip, br"],
  ["Accept: text/html", "Accept-Encoding: gzip"],
  ["accept: text/html", "Accept-Encoding: gzip, br"],
  ["Cookie: a=1"],
  ["Cookie: a=2"],
  ["Cookie: a=1; b=/there"],
  ["Cookie: a=1", "Cookie: b=/twice"],
  ["X-One: 1"],
  ["X-One: 1", "X-One: 2"],
  ["x-one: 1", "X-ONE: 2"],
  ["__proto__: p", "constructor: c", "toString: t", "X-One: 1"],
  ["X-One:   spaced   "],
  ["X-One: caf\u00e9"],
  ["X-One: caf\u00c3\u00a9"],
  [`X-Long: ${"l".repeat(3000)}`],
  [`X-Long: ${"l".repeat(5000)}`],
  ["Origin: https://one.example.com"],
  ["Origin: https://two.example.com"],
  ['If-None-Match: "e"'],
  ["Range: bytes=0-1"],
  ["CloudFront-Viewer-Country: XX", "X-One: 1"],
  ["Connection: X-One", "X-One: 1"],
  ["Connection: keep-alive", "X-One: 1"],
  ["1: one", "2: two", "X-One: 1"],
];
const hosts = [domainName, domainName, domainName, domainName.toUpperCase(), `${domainName}:80`];
const targets = ["/a", "/a?x=1", "/b", "/b?x=1&y=2", "/c/d", "/%41", "/a?"];

interface Side {
  readonly scene: Scene;
  readonly publish: (name: string, text: string) => void;
}

async function sideOf(t: TestContext, remembers: boolean): Promise<Side> {
  const now = (): Date => new Date("2026-01-02T03:04:05.000Z");
  const runtime = createRuntime({ now, watchdogMs: patientWatchdogMs, remembers });
  t.after(() => runtime.close());
  const scene = await startScene(t, {
    runtime,
    functions: { request: "viewer-request", response: "viewer-response" },
    cacheStore: new MemoryStore(2 ** 22),
    behavior: {
      CachePolicyId: undefined,
      OriginRequestPolicyId: undefined,
      ForwardedValues: {
        QueryString: true,
        Cookies: { Forward: "all" },
        Headers: { Quantity: 3, Items: ["X-One", "Accept", "Origin"] },
      },
      MinTTL: 0,
      DefaultTTL: 60,
      MaxTTL: 60,
      Compress: true,
    },
    listener: { withoutPlainDoor: !remembers },
    origin: (message, response) => {
      response.setHeader("ETag", '"e"');
      // Of two origins that are asked one behind the other, one may already be in the next second.
      response.setHeader("Date", now().toUTCString());
      response.end(`${message.method} ${message.url} ${String(message.headers["x-who"])}`);
    },
  });
  const publish = (name: string, text: string): void =>
    scene.setState((state) => {
      const fn = state.functions.get(name);
      assert.ok(fn?.published);
      const copy = { ...fn.development, code: Buffer.from(text).toString("base64") };
      return { ...state, functions: state.functions.set(name, publishedOnce(fn, copy)) };
    });
  return { scene, publish };
}

/** Sends pieces, and reads until the connection ends. */
async function send(port: number, pieces: readonly Buffer[]): Promise<string> {
  const socket = open(port);
  socket.setNoDelay(true);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => {});
  const closed = once(socket, "close");
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  await closed;
  return Buffer.concat(chunks).toString("latin1");
}

const withoutIds = (text: string): string =>
  text.replaceAll(/^(x-amz-cf-id|via): .*\r\n/gim, "").replaceAll(/Request ID: \S+/g, "");

const told = ({
  name,
  eventType,
  given,
  outcome,
  logs,
  computeUtilization,
  logData,
}: FunctionRun) => {
  const { recurs: _, ...rest } = outcome as typeof outcome & { recurs?: true };
  return { name, eventType, given, outcome: rest, logs, computeUtilization, logData };
};

test("whether what came before is remembered shows nowhere", async (t) => {
  const random = randomFrom(seed);
  const pick = <Value>(from: readonly Value[]): Value => from[Math.floor(random() * from.length)]!;
  const sides = [await sideOf(t, true), await sideOf(t, false)] as const;
  const publishSome = (): void => {
    const texts = { request: pick(requestFunctions), response: pick(responseFunctions) };
    for (const side of sides) {
      for (const [name, text] of Object.entries(texts)) side.publish(name, text);
    }
  };
  publishSome();
  for (let batch = 0; batch < batches; batch += 1) {
    if (batch % 3 === 2) publishSome();
    // Every other time one path is asked for, so that whole heads come again.
    const paths = batch % 2 === 0 ? targets : [pick(targets)];
    const few = Array.from({ length: 1 + (batch % 3) }, () => pick(headerSets));
    const requests = Array.from({ length: 12 }, (_none, index) => {
      const lines = [...pick(few), ...(index === 11 ? ["Connection: close"] : [])];
      const method = random() < 0.1 ? "HEAD" : "GET";
      const host = index === 0 ? pick(hosts) : domainName;
      const text = [`${method} ${pick(paths)} HTTP/1.1`, `Host: ${host}`, ...lines, "", ""];
      return Buffer.from(text.join("\r\n"), "latin1");
    });
    const whole = Buffer.concat(requests);
    const way = batch % 4;
    const cut = Math.floor(random() * whole.length);
    const pieces =
      way < 2 ? requests : way === 2 ? [whole] : [whole.subarray(0, cut), whole.subarray(cut)];
    const [one, other] = await Promise.all(sides.map(({ scene }) => send(scene.port, pieces)));
    const what = `batch ${batch} of seed ${seed}:\n${whole.toString("latin1")}`;
    assert.equal(withoutIds(one!), withoutIds(other!), what);
    const [remembered, plain] = sides.map(({ scene: { visits, asked } }) => ({
      visits: visits.splice(0).map((visit) => ({
        ...{ status: visit.status, result: visit.result, detail: visit.detail },
        ...{ cacheKey: visit.cacheKey, headBytes: visit.request.headBytes },
        runs: visit.runs.map(told),
      })),
      asked: asked.splice(0).map(({ method, url, headers }) => {
        const { via: _via, "x-amz-cf-id": _id, ...others } = headers;
        return { method, url, others: { ...others, host: "", "x-forwarded-for": "" } };
      }),
    }));
    assert.deepEqual(remembered, plain, what);
  }
});
