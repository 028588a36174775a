/** The Server-Timing header of response headers policies, over sockets. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { startScene, type Reply } from "../edge/viewer-scene.ts";
import { startPolicyScene, type PolicyConfig } from "./headers-policy-scene.ts";

function timing(SamplingRate: number, Enabled = true): Partial<PolicyConfig> {
  return { ServerTimingHeadersConfig: { Enabled, SamplingRate } };
}

/** With every duration as "N" and the names of the edge and the request as they must be. */
function formOf({ headers }: Reply): string | undefined {
  return headers["server-timing"]
    ?.replaceAll(/dur=\d+/g, "dur=N")
    .replace(`desc="${headers["x-amz-cf-pop"]}"`, 'desc="POP"')
    .replace(`desc="${headers["x-amz-cf-id"]}"`, 'desc="ID"');
}

const identity = 'cdn-pop;desc="POP",cdn-rid;desc="ID"';
const upstream = "cdn-upstream-dns;dur=N,cdn-upstream-connect;dur=N,cdn-upstream-fbl;dur=N";
const fetched = `cdn-upstream-layer;desc="EDGE",${upstream},cdn-cache-miss,${identity},cdn-downstream-fbl;dur=N`;
const hit = `cdn-cache-hit,${identity},cdn-hit-layer;desc="EDGE",cdn-downstream-fbl;dur=N`;
const refreshed = `${upstream},cdn-cache-refresh,${identity},cdn-downstream-fbl;dur=N`;

/** Its object is fresh for a minute and can be validated. */
function timedOrigin(message: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Cache-Control", "max-age=60");
  response.setHeader("ETag", '"a"');
  response.setHeader("Server-Timing", "db;dur=53, app");
  if (message.headers["if-none-match"] === undefined) return void response.end("from origin");
  response.writeHead(304).end();
}

test("a miss tells of the origin and goes on with what the origin says; hits and validations tell of the edge", async (t) => {
  let now = Date.parse("2026-01-02T03:04:05.000Z");
  const { ask } = await startPolicyScene(t, timing(100), {
    origin: timedOrigin,
    keeps: true,
    now: () => new Date(now),
  });
  assert.equal(formOf(await ask("GET / HTTP/1.1")), `${fetched},db;dur=N, app`);
  assert.equal(formOf(await ask("GET / HTTP/1.1")), hit);
  now += 61_000;
  assert.equal(formOf(await ask("GET / HTTP/1.1")), refreshed);
  assert.equal(formOf(await ask("GET / HTTP/1.1")), hit);
});

test("what is never kept is a miss, and a connection that was kept took no time", async (t) => {
  const { ask } = await startPolicyScene(t, timing(100));
  assert.equal(formOf(await ask("GET / HTTP/1.1")), fetched);
  const again = await ask("GET / HTTP/1.1");
  assert.match(again.headers["server-timing"] ?? "", /dns;dur=0,cdn-upstream-connect;dur=0,/);
});

test("pages and redirects of the edge itself tell of neither cache nor origin", async (t) => {
  const { ask } = await startPolicyScene(t, timing(100), {
    behavior: { ViewerProtocolPolicy: "redirect-to-https" },
  });
  assert.equal(formOf(await ask("GET / HTTP/1.1")), `${identity},cdn-downstream-fbl;dur=N`);
});

test("an origin that can't be reached is told of as far as it went", async (t) => {
  const { ask } = await startPolicyScene(t, timing(100), { originPort: 1 });
  const answer = await ask("GET / HTTP/1.1");
  assert.equal(answer.status, 502);
  assert.equal(
    formOf(answer),
    `cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=N,cdn-cache-miss,${identity},cdn-downstream-fbl;dur=N`,
  );
});

test("the sampling rate is the percentage of answers that have it, to four decimals", async (t) => {
  let drawn = 0;
  const { ask, setPolicy } = await startPolicyScene(t, timing(12.3456), { random: () => drawn });
  const isTimed = async () => (await ask("GET / HTTP/1.1")).headers["server-timing"] !== undefined;
  for (const [value, expected] of [
    [0.123455, true],
    [0.123456, false],
    [0.99, false],
  ] as const) {
    drawn = value;
    assert.equal(await isTimed(), expected, String(value));
  }
  drawn = 0;
  setPolicy(timing(0));
  assert.equal(await isTimed(), false);
  drawn = 0.999999;
  setPolicy(timing(100));
  assert.equal(await isTimed(), true);
});

test("Pragma: server-timing has it at any rate, where the policy enables it at all", async (t) => {
  const { ask, setPolicy } = await startPolicyScene(t, timing(0));
  const isTimed = async (pragma: string) =>
    (await ask("GET / HTTP/1.1", `Pragma: ${pragma}`)).headers["server-timing"] !== undefined;
  assert.equal(await isTimed("server-timing"), true);
  assert.equal(await isTimed("no-cache, Server-Timing"), true);
  assert.equal(await isTimed("no-cache"), false);
  setPolicy(timing(100, false));
  assert.equal(await isTimed("server-timing"), false);
});

test("where an answer is not picked, what the origin says of its timing stays", async (t) => {
  const { ask } = await startPolicyScene(t, timing(0), { origin: timedOrigin, keeps: true });
  assert.equal((await ask("GET / HTTP/1.1")).headers["server-timing"], "db;dur=53, app");
  assert.equal((await ask("GET / HTTP/1.1")).headers["server-timing"], "db;dur=53, app");
});

test("Pragma asks for nothing where a behavior has no policy", async (t) => {
  const scene = await startScene(t);
  const { headers } = await scene.ask("GET / HTTP/1.1", "Pragma: server-timing");
  assert.equal(headers["server-timing"], undefined);
});
