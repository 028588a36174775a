/**
 * `footlight rehearse` beside a node that has recorded real requests, and on files in their place.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { createLiveFunction } from "./support/live-function.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Report {
  readonly compared: number;
  readonly differing: number;
  readonly unexpected: number;
  readonly unassociated: number;
  readonly notComparable: readonly { readonly reads: string; readonly count: number }[];
  readonly groups: readonly {
    readonly id: string;
    readonly shape: string;
    readonly count: number;
    readonly isExpected: boolean;
  }[];
  readonly caches: readonly { readonly behavior: string; readonly coldObjects: number }[];
  readonly lacks: readonly string[];
}

const live = `function handler(event) {
  var request = event.request;
  request.headers['x-dice'] = { value: Math.random() + ' ' + Date.now() };
  if (request.uri === '/private') request.headers['x-in'] = { value: request.cookies.session.value };
  return request;
}`;

test("recorded traffic is rehearsed, differences are accepted, and files are read", async (t) => {
  const origin = await startTestOrigin((_request, response) => response.end("body"));
  const node = await startTestNode({ workers: 2, args: ["--record", "on"] });
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const folder = temporaryFolder();
  const footlight = (command: string, ...args: string[]): Promise<Ended> =>
    new Promise((done) => {
      const words = [bin, command, "shop", "--api", node.api, ...args];
      execFile(process.execPath, words, { cwd: folder }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  const rehearse = (...args: string[]): Promise<Ended> => footlight("rehearse", ...args);
  const publish = (...args: string[]): Promise<Ended> =>
    footlight("publish", "--require-rehearsal", "1h", ...args);
  const json = async (...args: string[]): Promise<Report> =>
    JSON.parse((await rehearse("--report", "json", ...args)).stdout) as Report;

  const fn = await createLiveFunction(node.client, {
    ...{ name: "shop", source: live, originPort: origin.port },
  });
  const headers = { cookie: "session=canary-session-1" };
  for (let count = 0; count < 12; count += 1) {
    await view(node.edge, fn.host, `/p/${count}`, { headers });
  }
  await view(node.edge, fn.host, "/private", { headers });

  // Nothing is different yet, clock and chance or not.
  const same = await json("--fail-on", "unexpected");
  assert.deepEqual([same.compared, same.differing, same.groups], [12, 0, []]);
  assert.deepEqual(same.notComparable, [{ reads: "cookie session", count: 1 }]);

  await fn.update(
    live.replace(
      "return request;",
      "request.headers['x-a'] = { value: '1' }; request.uri = '/v2' + request.uri; return request;",
    ),
  );
  const report = await json();
  assert.deepEqual(report.groups.map(({ shape, count }) => `${count} ${shape}`).sort(), [
    "12 + header x-a",
    `12 cache key of ${fn.distributionId} *: changed`,
    "12 uri /* → /v2/*",
  ]);
  assert.equal(report.caches[0]!.coldObjects, 12);
  const path = `${node.api}/footlight/v1/functions/shop/rehearse`;
  const told = (await (await fetch(path, { method: "POST" })).json()) as {
    readonly data: {
      readonly compared: number;
      readonly groups: readonly { readonly shape: string; readonly count: number }[];
      readonly not_comparable: readonly object[];
      readonly caches: readonly { readonly cold_objects: number }[];
    };
  };
  const shapes = (of: Report["groups"] | typeof told.data.groups): string[] =>
    of.map(({ shape, count }) => `${count} ${shape}`);
  assert.deepEqual(
    shapes(told.data.groups),
    shapes(report.groups),
    "the node itself finds the same",
  );
  assert.deepEqual(told.data.not_comparable, report.notComparable);
  assert.equal(told.data.caches[0]!.cold_objects, 12);
  assert.doesNotMatch(JSON.stringify(told), /canary-session/);
  const failed = await rehearse("--fail-on", "unexpected");
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /^shop: 12 runs compared, 12 differ; 3 unexpected differences$/m);
  assert.match(failed.stdout, /not comparable: 1 read cookie session/);
  assert.match(
    failed.stdout,
    /UNEXPECTED [0-9a-f]{8} {2}\+ header x-a: 12 of 12\n +for example GET \/p\/\d+/,
  );
  assert.doesNotMatch(failed.stdout, /canary-session/);

  const refused = await publish("--min-runs", "12");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /found 3 differences that nobody expects.*--accept/);
  assert.match((await footlight("history")).stdout, /rehearsed .*12 runs compared, 3 unexpected/);

  const header = report.groups.find(({ shape }) => shape === "+ header x-a")!;
  assert.equal((await json("--accept", header.id)).unexpected, 2);
  assert.equal((await json()).unexpected, 2);
  assert.equal((await rehearse("--accept", "all", "--fail-on", "unexpected")).code, 0);
  assert.equal((await rehearse("--accept", "00000000")).code, 2);
  assert.match((await publish()).stderr, /compared 12 runs, and could not compare 1; 1000 are/);

  const samples = join(folder, "shop.events");
  writeFileSync(join(folder, "shop.js"), live);
  await rehearse("--export", samples);
  const names = readdirSync(samples);
  assert.ok(names.includes(`${header.id}.json`), names.join());
  const exported = JSON.parse(readFileSync(join(samples, `${header.id}.json`), "utf8")) as {
    readonly given: { readonly now: number; readonly seed: number; readonly name: string };
  };
  assert.equal(exported.given.name, "+ header x-a");
  assert.ok(exported.given.now > 0 && exported.given.seed > 0);
  const tested = await new Promise<Ended>((done) => {
    execFile(process.execPath, [bin, "test", "shop.js"], { cwd: folder }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
  assert.equal(tested.code, 0, tested.stdout + tested.stderr);

  const junit = await rehearse("--report", "junit");
  assert.match(junit.stdout, /<testsuite name="rehearsal" tests="3" failures="0">/);
  const page = await rehearse("--report", "html");
  assert.match(page.stdout, /^<!doctype html>/);
  assert.doesNotMatch(page.stdout, /<script|https?:\/\/(?!d[0-9a-z]+\.)/);

  const events = join(folder, "events");
  mkdirSync(events);
  const event = {
    version: "1.0",
    context: {
      eventType: "viewer-request",
      distributionDomainName: fn.host,
      distributionId: fn.distributionId,
      requestId: "r",
    },
    viewer: { ip: "192.0.2.1" },
    request: {
      method: "GET",
      uri: "/from-file",
      querystring: {},
      headers: { host: { value: fn.host } },
      cookies: {},
    },
  };
  writeFileSync(join(events, "one.json"), JSON.stringify(event));
  const fromFolder = await json("--from", events);
  assert.deepEqual([fromFolder.compared, fromFolder.differing, fromFolder.unexpected], [1, 1, 0]);
  assert.match(fromFolder.lacks.join(), /key value stores and chance/);

  const log = join(folder, "log.gz");
  writeFileSync(
    log,
    gzipSync(
      `#Version: 1.0\n#Fields: date time c-ip cs-method cs(Host) cs-uri-stem cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-request-id x-host-header\n` +
        `2026-01-01\t10:00:00\t192.0.2.1\tGET\t${fn.host}\t/p/7\t-\tMozilla/5.0%20(X11)\tq=1\t-\tid==\t${fn.host}\n`,
    ),
  );
  const fromLog = await json("--from", log);
  assert.deepEqual([fromLog.compared, fromLog.unexpected, fromLog.caches.length], [1, 0, 1]);
  assert.match(fromLog.lacks.join(), /request headers beside host, referer/);

  const realtime = join(folder, "realtime.log");
  writeFileSync(
    realtime,
    `1767261600.123\t192.0.2.1\tGET\t${fn.host}\t/p/8?q=1\tid==\t${fn.host}\tAccept:*/*%0AX-Odd:1%0A\n`,
  );
  const fields =
    "timestamp,c-ip,cs-method,cs-host,cs-uri-stem,x-edge-request-id,x-host-header,cs-headers";
  const fromRealtime = await json("--from", realtime, "--fields", fields);
  assert.deepEqual([fromRealtime.compared, fromRealtime.caches.length], [1, 1]);
  assert.match(fromRealtime.lacks.join(), /beyond the first 800 bytes/);
  const nameless = await rehearse("--from", realtime);
  assert.match(nameless.stderr, /names no fields.*--fields/);

  const har = join(folder, "site.har");
  const headersOf = (lines: Readonly<Record<string, string>>) =>
    Object.entries(lines).map(([name, value]) => ({ name, value }));
  const entry = {
    startedDateTime: "2026-01-01T10:00:00.000Z",
    request: {
      ...{ method: "GET", url: `http://${fn.host}/p/9?q=2` },
      headers: headersOf({ ":path": "/p/9?q=2", Accept: "*/*" }),
    },
    response: {
      status: 200,
      statusText: "OK",
      headers: headersOf({ "content-type": "text/plain" }),
    },
  };
  writeFileSync(har, JSON.stringify({ log: { version: "1.2", entries: [entry] } }));
  const fromHar = await json("--from", har);
  // Nothing uses the function for responses.
  assert.deepEqual([fromHar.compared, fromHar.unassociated, fromHar.caches.length], [1, 1, 1]);
  assert.match(fromHar.lacks.join(), /viewers' addresses/);

  assert.equal((await rehearse("--accept", "all")).code, 0);
  const published = await publish("--min-runs", "12");
  assert.equal(published.code, 0, published.stderr);
  assert.match(published.stdout, /All viewers of shop get version 2/);

  const missing = await rehearse("--from", join(folder, "nothing.jsonl"));
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /ENOENT/);
});
