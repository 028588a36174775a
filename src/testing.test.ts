import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { childrenOf } from "../test/support/child-processes.ts";
import { temporaryFolder } from "../test/support/test-node.ts";
import {
  EventFileError,
  UnexpectedResult,
  eventTests,
  FunctionError,
  functionFrom,
  loadFunction,
  viewerRequest,
  viewerResponse,
} from "./testing.ts";

const fixture = (name: string): URL =>
  new URL(`../test/fixtures/functions/${name}.js`, import.meta.url);

test("viewerRequest() fills a short form in", () => {
  const event = viewerRequest("POST /a?b=1&c&b=2", {
    headers: { Accept: ["x", "y"] },
    cookies: { id: "7" },
    country: "DE",
  });
  assert.deepEqual(event.request, {
    method: "POST",
    uri: "/a",
    querystring: {
      b: { value: "1", multiValue: [{ value: "1" }, { value: "2" }] },
      c: { value: "" },
    },
    headers: {
      host: { value: "www.example.com" },
      accept: { value: "x", multiValue: [{ value: "x" }, { value: "y" }] },
      "cloudfront-viewer-country": { value: "DE" },
    },
    cookies: { id: { value: "7" } },
  });
  assert.throws(() => viewerRequest("docs"), /request line/);
});

test("viewerRequest() takes the names that every object has a member of", () => {
  const names = ["constructor", "__proto__", "toString"];
  const { querystring, cookies } = viewerRequest(
    `/?${names.map((name) => `${name}=1`).join("&")}`,
    {
      cookies: Object.fromEntries(names.map((name) => [name, "1"])),
    },
  ).request;
  const expected = names.map((name) => [name, { value: "1" }]);
  assert.deepEqual(Object.entries(querystring), expected);
  assert.deepEqual(Object.entries(cookies), expected);
});

test("viewerResponse() takes cookies with their attributes", () => {
  const event = viewerResponse("/", { status: 404, cookies: { id: "7; Path=/; Secure" } });
  assert.equal(event.context.eventType, "viewer-response");
  assert.deepEqual(event.response?.cookies, { id: { value: "7", attributes: "Path=/; Secure" } });
});

test("loadFunction() runs a function from a file in the real runtime", async () => {
  const rewrite = await loadFunction(fixture("single-page-app"));
  const { request, computeUtilization } = await rewrite.run(viewerRequest("/docs/"));
  assert.equal(request?.uri, "/docs/index.html");
  assert.ok(computeUtilization > 0);
  assert.deepEqual(rewrite.check(), []);
});

test("run() reads the store and the clock that the test gives", async () => {
  const source = `import cf from 'cloudfront';
    async function handler() { return { statusCode: 200, body: await cf.kvs().get('k') + Date.now() } }`;
  const fn = functionFrom(source, { store: { k: "v" }, now: new Date(5) });
  const { response } = await fn.run(viewerRequest("/"));
  assert.deepEqual(response?.body, { encoding: "text", data: "v5" });
});

test("run() draws the same numbers from the same seed", async () => {
  const source = `function handler(event) {
    event.request.headers['x-dice'] = { value: Math.random() + ' ' + Math.random() };
    return event.request;
  }`;
  const dice = async (seed?: number): Promise<unknown> => {
    const { request } = await functionFrom(source, seed === undefined ? {} : { seed }).run(
      viewerRequest("/"),
    );
    return request?.headers["x-dice"];
  };
  assert.deepEqual(await dice(7), await dice(7));
  assert.notDeepEqual(await dice(7), await dice(8));
  assert.notDeepEqual(await dice(), await dice());
});

test("run() rejects with the engine's message when the function fails", async () => {
  const fn = functionFrom("function handler(e) { console.log('here'); return e.request.nope.x }");
  await assert.rejects(fn.run(viewerRequest("/")), (error: unknown) => {
    assert.ok(error instanceof FunctionError);
    assert.match(error.message, /TypeError: cannot get property "x" of undefined$/);
    assert.deepEqual(error.logs, ["here"]);
    assert.ok(error.edge.does === "refuse");
    assert.equal(error.edge.status, 503);
    return true;
  });
});

test("run() says what an edge would do with the result", async () => {
  const fn = functionFrom(
    "function handler(e) { e.request.headers.host.value = 'b'; return e.request }",
  );
  const { edge, verdict, request } = await fn.run(viewerRequest("/"));
  assert.equal(request?.headers["host"]?.value, "b");
  assert.equal(
    verdict,
    "passes TestFunction; at the edge: 502, because request.headers.host is read-only",
  );
  assert.equal(edge.does, "refuse");
  const picture = functionFrom("function handler() { return { statusCode: 200, body: 'x' } }");
  assert.deepEqual((await picture.run(viewerRequest("/"))).edge, { does: "answer", status: 200 });
});

test("run() judges the origin helpers by the distribution that the test gives", async () => {
  const source =
    "import cf from 'cloudfront'; function handler(e) { cf.selectRequestOriginById('b'); return e.request }";
  const origin = (Id: string, DomainName: string) => ({ Id, DomainName });
  const distribution = (...origins: ReturnType<typeof origin>[]) => ({
    CallerReference: "",
    Comment: "",
    Enabled: true,
    Origins: { Quantity: origins.length, Items: origins },
    DefaultCacheBehavior: { TargetOriginId: "a", ViewerProtocolPolicy: "allow-all" as const },
  });
  const verdictWith = async (...origins: ReturnType<typeof origin>[]) => {
    const fn = functionFrom(source, { distribution: distribution(...origins) });
    return (await fn.run(viewerRequest("/x"))).verdict;
  };
  const a = origin("a", "a.example");
  assert.match(await verdictWith(a), /502, because .* has no origin "b"$/);
  assert.match(
    await verdictWith(a, origin("b", "b.example")),
    /goes on with GET \/x from b\.example$/,
  );
});

const folderOf = (files: Readonly<Record<string, unknown>>): string => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "fn.events"));
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

test("eventTests() runs a function on the events beside it, as each of them asks", async () => {
  const source = `import cf from 'cloudfront';
    async function handler(event) {
      if (event.request.uri === '/throw') throw new Error('thrown');
      return { statusCode: 200, body: await cf.kvs().get('k') + Date.now() };
    }`;
  const event = viewerRequest("/");
  const folder = folderOf({
    "fn.js": source,
    "fn.events/keys.json": { data: [{ key: "k", value: "of the folder " }] },
    "fn.events/a.json": { ...event, expect: { body: "of the folder 5" } },
    "fn.events/b.json": {
      ...event,
      expect: { body: "of the event 7" },
      given: { name: "its own", keys: { k: "of the event " }, now: 7 },
    },
    "fn.events/c.json": { ...event, expect: { status: 404, logs: ["a"] } },
    "fn.events/d.json": { ...viewerRequest("/throw"), expect: { error: "Error: thrown" } },
    "fn.events/e.json": viewerRequest("/throw"),
  });
  const tests = await eventTests(join(folder, "fn.js"), { now: new Date(5) });
  assert.deepEqual(
    tests.map(({ name }) => name),
    ["a", "its own", "c", "d", "e"],
  );
  const [first, second, third, fourth, fifth] = tests;
  assert.equal((await first!.run()).response?.statusCode, 200);
  await second!.run();
  await assert.rejects(third!.run(), (error: unknown) => {
    assert.ok(error instanceof UnexpectedResult);
    assert.deepEqual(
      error.differences.map(({ at }) => at),
      ["status", "logs"],
    );
    assert.match(error.message, /c\.json expects [^]*\n {2}status\n {4}- expected 404\n {4}\+ got/);
    return true;
  });
  assert.ok("errorMessage" in (await fourth!.run()));
  await assert.rejects(fifth!.run(), /error\n {4}- expected none\n.*thrown/);
});

test("eventTests() refuses a file that is no event, before any is run", async () => {
  const folder = folderOf({ "fn.js": "function handler() {}", "fn.events/a.json": "{" });
  await assert.rejects(eventTests(pathToFileURL(join(folder, "fn.js"))), EventFileError);
});

test("A run whose process ends fails alone, and those behind it are done in another", async () => {
  const plain = functionFrom("function handler(e) { return e.request }");
  await plain.run(viewerRequest("/"));
  const [child] = childrenOf(process.pid, "test-child");
  const long = functionFrom("function handler(e) { return /^(a+)+$/.test('a'.repeat(40) + '!') }");
  const runs = [long, plain, plain].map((fn) => fn.run(viewerRequest("/")));
  process.kill(child!, "SIGKILL");
  const [first, ...others] = await Promise.allSettled(runs);
  assert.ok(first?.status === "rejected");
  assert.match(String(first.reason), /process that runs functions ended with SIGKILL/);
  assert.deepEqual(
    others.map(({ status }) => status),
    ["fulfilled", "fulfilled"],
  );
});

test("loadFunction() and eventTests() take TypeScript, and tell what is more than types with its place", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "fn.ts");
  writeFileSync(
    file,
    "function handler(event: { request: object }): unknown { return event.request; }",
  );
  mkdirSync(join(folder, "fn.events"));
  const event = { ...viewerRequest("/a"), expect: { uri: "/a" } };
  writeFileSync(join(folder, "fn.events/a.json"), JSON.stringify(event));
  const fn = await loadFunction(file);
  assert.equal((await fn.run(viewerRequest("/b"))).request?.uri, "/b");
  const tests = await eventTests(file);
  assert.deepEqual(
    tests.map(({ name }) => name),
    ["a"],
  );
  await tests[0]?.run();
  writeFileSync(file, "\n  enum A { b }");
  await assert.rejects(loadFunction(pathToFileURL(file)), {
    message: /fn\.ts:2:3: TypeScript enum is not supported/,
  });
});

test("What a test says wrong is told with its name and value, and is not run", async () => {
  const passOn = "function handler(event) { return event.request; }";
  const options: readonly (readonly [object, RegExp])[] = [
    [{ stroe: {} }, /no option "stroe": it takes runtime, store, now, seed/],
    [{ runtime: "node22" }, /runtime must be cloudfront-js-1\.0 or .*, got "node22"/],
    [{ seed: 0.5 }, /seed must be a whole number from 1 to 2 \*\* 53 - 1, got 0\.5/],
    [{ now: new Date(Number.NaN) }, /now must be a Date with a time, got Date/],
    [{ now: 5 }, /now must be a Date with a time, got 5/],
    [{ store: { a: 5 } }, /store\["a"\] must be a text, got 5/],
    [{ store: new Map() }, /store must be an object of texts, .*got Map/],
  ];
  for (const [given, message] of options) {
    assert.throws(() => functionFrom(passOn, given), { name: "TypeError", message });
  }
  assert.throws(() => functionFrom(undefined as never), /source must be a text, got undefined/);
  const fn = functionFrom(passOn);
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  await assert.rejects(fn.run(undefined as never), /must be an object, as viewerRequest\("\/"\)/);
  await assert.rejects(fn.run(circle as never), /An event must be what JSON can hold/);
  await assert.rejects(loadFunction("/"), { name: "EventFileError", message: /\/ is a folder/ });
  await assert.rejects(loadFunction("none.js"), { message: /none\.js cannot be read: ENOENT/ });
  await assert.rejects(
    loadFunction(new URL("https://a/b.js")),
    /file: URL, got https:\/\/a\/b\.js/,
  );
  assert.throws(() => viewerRequest(undefined as never), /request line is .*got "undefined"/);
  assert.throws(
    () => viewerRequest("/", { headers: { a: 5 as never } }),
    /a must be a text, .*got 5/,
  );
});
