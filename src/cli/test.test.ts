import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { viewerRequest } from "../runtime/testing/short-event.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const redirect = `function handler(event) {
  if (event.request.uri === '/old') {
    console.log('moved\\u001b[31m');
    return { statusCode: 301, headers: { location: { value: '/new' } } };
  }
  if (event.request.uri === '/host') event.request.headers.host.value = 'b';
  if (event.request.uri === '/throw') throw new Error('thrown');
  return event.request;
}`;
const old = viewerRequest("/old");

interface Ran {
  readonly folder: string;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function footlightTest(files: Readonly<Record<string, unknown>>, ...args: string[]): Ran {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
  const options = { cwd: folder, encoding: "utf8" } as const;
  return { folder, ...spawnSync(process.execPath, [bin, "test", ...args], options) };
}

test("footlight test says what is not as expected, with both values and the logs, and exits 1", () => {
  const { status, stdout } = footlightTest({
    "fn.js": redirect,
    "fn.events/good.json": { ...old, expect: { status: 301, logs: [{ matches: "^moved" }] } },
    "fn.events/wrong.json": { ...old, expect: { headers: { location: "/newer" } } },
  });
  assert.equal(status, 1);
  const lines = [
    "fn.js",
    "  ✓ good  6 %",
    "    log: moved?[31m",
    "  ✗ wrong  6 %",
    "    headers.location",
    '      - expected "/newer"',
    '      + got      "/new"',
    "    passes TestFunction; at the edge: answers 301",
    "    log: moved?[31m",
    "",
    "1 passed, 1 failed, of 1 function",
    "",
  ];
  assert.equal(stdout.replace(/\d+ %/g, "6 %"), lines.join("\n"));
});

test("footlight test reports the result of an event without expectations, and exits 0", () => {
  const { status, stdout } = footlightTest({
    "fn.js": redirect,
    "events/a.json": viewerRequest("/a"),
  });
  assert.equal(status, 0);
  assert.match(stdout, /✓ a .*\n {4}passes TestFunction; at the edge: goes on with GET \/a\n/);
  assert.match(stdout, /\n {4}\{"request":\{.*"uri":"\/a"/);
});

test("footlight test fails what throws and what the edge refuses, unless that is expected", () => {
  const { status, stdout } = footlightTest({
    "fn.js": redirect,
    "events/1.json": viewerRequest("/throw"),
    "events/2.json": viewerRequest("/host"),
    "events/3.json": { ...viewerRequest("/throw"), expect: { error: "Error: thrown" } },
    "events/4.json": { ...viewerRequest("/host"), expect: { edge: { status: 502 } } },
  });
  assert.equal(status, 1);
  assert.match(stdout, /✗ 1 [^✗✓]*- expected none\n {6}\+ got .*thrown/);
  assert.match(
    stdout,
    /✗ 2 [^✗✓]*- expected not refused\n {6}\+ got {6}502, because request\.head/,
  );
  assert.match(stdout, /✓ 3 [^]*✓ 4 /);
});

test("footlight test goes on past a file that is no event, and exits 2", () => {
  const files = { "fn.js": redirect, "events/a.json": "{,}", "events/b.json": old };
  const { status, stdout } = footlightTest(files);
  assert.equal(status, 2);
  assert.match(stdout, /✗ events\/a\.json\n {4}events\/a\.json is not JSON: .*\n {2}✓ b/);
  assert.match(stdout, /1 passed, 1 could not be run, of 1 function\n$/);
});

test("--now-ms, --keys and --runtime count for events that say nothing of it", () => {
  const source = `import cf from 'cloudfront';
    async function handler() { return { statusCode: 200, body: await cf.kvs().get('k') + Date.now() }; }`;
  const { status, stdout } = footlightTest(
    {
      "fn.js": source,
      "fn.events/1.json": { ...old, expect: { body: "a5" } },
      "fn.events/2.json": { ...old, expect: { body: "b7" }, given: { keys: { k: "b" }, now: 7 } },
      "store.json": { data: [{ key: "k", value: "a" }] },
    },
    ...["--now-ms", "5", "--keys", "store.json", "--runtime", "cloudfront-js-2.0"],
  );
  assert.equal(status, 0, stdout);
});

test("--reporter prints what machines read, and --junit writes it beside", () => {
  const files = {
    "fn.js": redirect,
    "fn.events/a.json": { ...old, expect: { status: 301 }, given: { name: 'a <"b"> # c' } },
    "fn.events/b.json": { ...old, expect: { status: 302 } },
  };
  const tap = footlightTest(files, "--reporter", "tap", "--junit", "out.xml");
  assert.equal(tap.status, 1);
  const verdict = "passes TestFunction; at the edge: answers 301";
  assert.equal(
    tap.stdout,
    [
      "TAP version 14",
      "1..2",
      'ok 1 - fn.js: a <"b"> \\# c',
      "not ok 2 - fn.js: b",
      "  ---",
      '  message: "status: expected 302, got 301"',
      '  at: "fn.events/b.json"',
      `  verdict: "${verdict}"`,
      "  ...",
      "",
    ].join("\n"),
  );
  const xml = readFileSync(join(tap.folder, "out.xml"), "utf8");
  assert.match(xml, /<testsuite name="fn\.js" tests="2" failures="1" errors="0" time="[\d.]+">/);
  assert.match(xml, /<testcase classname="fn\.js" name="a &lt;&quot;b&quot;&gt; # c" file=/);
  assert.match(xml, /<failure message="status: expected 302, got 301">/);
  assert.match(
    xml,
    new RegExp(`<system-out>${verdict}; utilization \\d+ %&#10;moved\ufffd\\[31m<`),
  );

  const json = footlightTest(files, "--reporter", "json");
  const { passed, failed, functions } = JSON.parse(json.stdout) as {
    passed: number;
    failed: number;
    functions: { events: { differences: object[] }[] }[];
  };
  assert.deepEqual([passed, failed], [1, 1]);
  assert.deepEqual(functions[0]?.events[1]?.differences, [
    { at: "status", expected: "302", actual: "301" },
  ]);
});

test("footlight test colors the text where it is asked to", () => {
  const files = { "fn.js": redirect, "events/a.json": { ...old, expect: { status: 302 } } };
  const { stdout } = footlightTest(files, "--color", "always");
  assert.ok(stdout.includes("\u001b[31m      - expected 302\u001b[39m"), stdout);
});

for (const [what, files, args, message] of [
  ["no function", { "a.json": "{}" }, [], /there is no function in this folder/],
  [
    "no events",
    { "fn.js": redirect },
    [],
    /no events of fn\.js: they would be in fn\.events\/NAME/,
  ],
  ["an event of none", { "events/a.json": old }, ["events/a.json"], /is of no function/],
  ["no such file", {}, ["nothing.js"], /nothing\.js cannot be read/],
  [
    "bad keys",
    { "fn.js": redirect, "k.json": "[]" },
    ["--keys", "k.json"],
    /k\.json is wrong: it must be \{"data"/,
  ],
] as const) {
  test(`footlight test exits 2 on ${what}, and says what to do`, () => {
    const { status, stderr } = footlightTest(files, ...args);
    assert.match(stderr, message);
    assert.equal(status, 2);
  });
}

test("--coverage and --lcov tell which lines and branches no event has run", () => {
  const source =
    "function handler(event) {\n  if (event.request.uri === '/a') {\n    return { statusCode: 204 };\n  }\n  return event.request;\n}\n";
  const files = { "fn.js": source, "events/b.json": viewerRequest("/b") };
  const { status, stdout, folder } = footlightTest(files, "--coverage", "--lcov", "out.info");
  assert.equal(status, 0, stdout);
  assert.match(
    stdout,
    /\nfn\.js {2}lines 66 % \(2 of 3\), branches 50 % \(1 of 2\)\n {2}never run: line 3\n {2}never taken: a branch in line 2\n$/,
  );
  const lcov = readFileSync(join(folder, "out.info"), "utf8");
  assert.equal(
    lcov,
    "TN:\nSF:fn.js\nDA:2,1\nDA:3,0\nDA:5,1\nLF:3\nLH:2\nBRDA:2,0,0,0\nBRDA:2,1,0,1\nBRF:2\nBRH:1\nend_of_record\n",
  );
});

test("GITHUB_ACTIONS has failures annotated, where the event expects something else", () => {
  const event = JSON.stringify(
    { ...old, expect: { status: 302, headers: { location: "/n,w" } } },
    null,
    1,
  );
  const files = { "fn.js": redirect, "fn.events/a: b.json": event };
  const { status, stdout } = footlightTest(files, "--reporter", "github");
  assert.equal(status, 1);
  const line = event.split("\n").findIndex((text) => text.includes('"status"')) + 1;
  const annotation = `::error file=fn.events/a%3A b.json,line=${line},title=fn.js%3A a%3A b::status: expected 302, got 301%0Aheaders.location: expected "/n,w", got "/new"\n`;
  assert.ok(stdout.endsWith(annotation), stdout);
});

test("What functions print is no command to GitHub Actions, however it is written", () => {
  const log = "console.log('a\\n::error::b\\n ##[warning]c');";
  const files = {
    "fn.js": `function handler(event) { ${log} return event.request; }`,
    "fn.events/a.json": { ...old, expect: { uri: "/new" } },
  };
  const { stdout } = footlightTest(files, "--reporter", "github");
  const [, token = "", text = "", rest = ""] =
    /^::stop-commands::(\S{36})\n([^]*)\n::\1::\n([^]*)$/.exec(stdout) ?? [];
  assert.match(text, /^ *::error::b$/m);
  assert.ok(!text.includes(token));
  assert.match(rest, /^::error file=fn\.events\/a\.json,[^\n]*uri: expected "\/new"[^\n]*\n$/);
});

test("Names of events command no terminal", () => {
  const files = {
    "fn.js": redirect,
    "fn.events/a\u001b[2J\n::error::b.json": { ...old, expect: { status: 302 } },
  };
  for (const reporter of ["tap", "github"]) {
    const { stdout } = footlightTest(files, "--reporter", reporter);
    assert.ok(stdout.includes("302") && !stdout.includes("\u001b"), stdout);
    assert.doesNotMatch(stdout, /^\s*::error::b/m);
  }
});

test("--update writes what came of events as what is expected, which then holds", () => {
  const inFile = { ...old, expect: { status: 302, headers: { location: "/newer" }, logs: [] } };
  const files = {
    "fn.js": redirect,
    "fn.events/inside.json": `{\n\t"expect": ${JSON.stringify(inFile.expect)},${JSON.stringify(old).slice(1)}`,
    "fn.events/new.json": viewerRequest("/a"),
    "fn.events/refused.json": viewerRequest("/host"),
    "fn.events/thrown.json": { ...viewerRequest("/throw"), expect: { uri: "/throw" } },
  };
  const { status, stdout, folder } = footlightTest(files, "--update");
  assert.equal(status, 0, stdout);
  assert.match(stdout, /✓ new .*\n {4}written to fn\.events\/new\.expect\.json\n/);
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(folder, "fn.events", name), "utf8"));
  assert.deepEqual((read("inside.json") as { expect: unknown }).expect, {
    status: 301,
    headers: { location: "/new" },
    logs: ["moved\u001b[31m"],
  });
  assert.match(
    readFileSync(join(folder, "fn.events/inside.json"), "utf8"),
    /^\{\n\t"expect": \{\n\t\t"status"/,
  );
  assert.deepEqual(read("new.expect.json"), { expect: { result: "request", uri: "/a" } });
  assert.deepEqual(read("refused.expect.json"), {
    expect: {
      result: "request",
      uri: "/host",
      headers: { host: "b" },
      edge: { does: "refuse", status: 502 },
    },
  });
  const { expect } = read("thrown.json") as { expect: { error: string } };
  assert.match(expect.error, /Error: thrown/);
  const again = spawnSync(process.execPath, [bin, "test"], { cwd: folder, encoding: "utf8" });
  assert.equal(again.status, 0, again.stdout);
  assert.match(again.stdout, /4 passed, of 1 function/);
});
