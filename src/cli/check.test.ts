import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { viewerRequest } from "../runtime/testing/short-event.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const folder = temporaryFolder();

function check(source: string, ...args: string[]): { status: number | null; stdout: string } {
  writeFileSync(join(folder, "fn.js"), source);
  return spawnSync(process.execPath, [bin, "check", "fn.js", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
}

test("footlight check says nothing of a function that runs, and exits 0", () => {
  const { status, stdout } = check("function handler(event) { return event.request; }");
  assert.deepEqual([status, stdout], [0, ""]);
});

test("footlight check names the place, the rule and what to write, and exits 1", () => {
  const { status, stdout } = check(
    "function handler(event) {\n  const { request } = event;\n  return request;\n}",
  );
  assert.equal(status, 1);
  assert.match(
    stdout,
    /^fn\.js:2:\d+: error: destructuring is not supported by cloudfront-js-2\.0; .*\[/,
  );
});

test("footlight check takes what has a connectionHandler alone for a connection function", () => {
  const body = "{ let { allow } = connection; }";
  const { status, stdout } = check(`function connectionHandler(connection) ${body}`);
  assert.equal(status, 1);
  assert.match(stdout, /^fn\.js:1:\d+: error: destructuring is not supported[^\n]*\n$/);
});

test("footlight check reads TypeScript, and names places of it", () => {
  const text = "function handler(event: { request: object }) {\n  let { request } = event;\n}";
  writeFileSync(join(folder, "typed.ts"), text);
  writeFileSync(join(folder, "enum.ts"), "enum A { b }");
  const args = ["check", "typed.ts", "enum.ts"];
  const options = { cwd: folder, encoding: "utf8" } as const;
  const { status, stdout } = spawnSync(process.execPath, [bin, ...args], options);
  assert.equal(status, 1);
  assert.match(stdout, /^typed\.ts:2:9: error: destructuring is not supported/m);
  assert.match(stdout, /^enum\.ts:1:1: error: TypeScript enum .* \[typescript\]$/m);
});

test("footlight check prints a line for each finding, whatever is in the code, and however long", () => {
  writeFileSync(join(folder, "long.js"), `function handler() { return ${"a".repeat(100_000)}; }`);
  writeFileSync(join(folder, "odd.js"), "function handler() { \u001b[2J }");
  const args = ["check", "long.js", "odd.js"];
  const { stdout } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: "utf8" });
  assert.match(stdout, /^long\.js:1:\d+: error: aaaa[^\n]{250,300}… \[[a-z-]+\]$/m);
  assert.match(stdout, /^odd\.js:1:\d+: error: /m);
  assert.ok(!stdout.includes("\u001b"));
  assert.ok(stdout.split("\n").every((line) => line.length < 500));
});

test("footlight check exits 0 on a warning, and tells it", () => {
  const { status, stdout } = check(
    "import cf from 'cloudfront';\nfunction handler(event) { return event.request; }",
  );
  assert.equal(status, 0);
  assert.match(stdout, /^fn\.js:1:\d+: warning: .*\[unused-import\]/);
});

test("footlight check --runtime cloudfront-js-1.0 --json refuses what only 2.0 has", () => {
  const { status, stdout } = check(
    "function handler(event) {\n  let a = 1;\n  return event.request;\n}",
    ...["--runtime", "cloudfront-js-1.0", "--json"],
  );
  const [finding] = JSON.parse(stdout) as { file: string; line: number; severity: string }[];
  assert.equal(status, 1);
  assert.deepEqual([finding?.file, finding?.line, finding?.severity], ["fn.js", 2, "error"]);
});

test("footlight check exits 2 when a file cannot be read, naming it", () => {
  const { status, stderr } = spawnSync(process.execPath, [bin, "check", "nothing.js"], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, /nothing\.js cannot be read/);
});

const eventFile = join(folder, "event.json");
writeFileSync(eventFile, JSON.stringify(viewerRequest("/docs/")));
const toNowhere =
  "import cf from 'cloudfront';\nfunction handler(event) { cf.selectRequestOriginById('b'); return event.request; }";

test("footlight check --event says what TestFunction and the edge make of the result", () => {
  const fine = check(
    "function handler(event) { event.request.uri += 'a'; return event.request; }",
    ...["--event", eventFile],
  );
  assert.equal(fine.status, 0);
  assert.equal(fine.stdout, "fn.js: passes TestFunction; at the edge: goes on with GET /docs/a\n");
  const refused = check(
    "function handler(event) { var name = 'host'; delete event.request.headers[name]; return event.request; }",
    ...["--event", eventFile, "--json"],
  );
  assert.equal(refused.status, 1);
  const { findings, verdicts } = JSON.parse(refused.stdout) as {
    findings: unknown[];
    verdicts: { file: string; verdict: string; edge: { because: string } }[];
  };
  assert.deepEqual(findings, []);
  assert.equal(verdicts[0]?.file, "fn.js");
  assert.equal(verdicts[0].edge.because, "request.headers.host is read-only");
});

test("footlight check --distribution judges the origin helpers by its origins", () => {
  const config = join(folder, "distribution.json");
  const origins = { Quantity: 1, Items: [{ Id: "a", DomainName: "a.example" }] };
  const DistributionConfig = { Origins: origins, DefaultCacheBehavior: { TargetOriginId: "a" } };
  writeFileSync(config, JSON.stringify({ ETag: "E", DistributionConfig }));
  const { status, stdout } = check(toNowhere, "--event", eventFile, "--distribution", config);
  assert.equal(status, 1);
  assert.match(stdout, /502, because selectRequestOriginById\(\): .* has no origin "b"\n$/);
});

test("footlight check exits 2 on an event that is none, and on a distribution without one", () => {
  const noEvent = join(folder, "none.json");
  writeFileSync(noEvent, "{}");
  for (const args of [
    ["--event", noEvent],
    ["--event", join(folder, "nothing.json")],
    ["--distribution", noEvent],
    ["--event", eventFile, "--distribution", noEvent],
  ]) {
    assert.equal(check(toNowhere, ...args).status, 2, args.join(" "));
  }
});
