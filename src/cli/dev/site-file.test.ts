import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../test/support/test-node.ts";
import { readSiteFile } from "./site-file.ts";
import type { Site } from "./site.ts";

const handler = "function handler(event) { return event.request; }";

function siteOf(text: string, files: readonly string[] = []): { site: Site; folder: string } {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), handler);
  }
  writeFileSync(join(folder, "footlight.json"), text);
  return { site: readSiteFile(join(folder, "footlight.json"), "cloudfront-js-2.0", []), folder };
}

test("readSiteFile() reads origins, behaviors, functions and stores, with paths from the file", () => {
  const text = JSON.stringify({
    $schema: "x",
    origins: { pages: "public", api: "http://localhost:3000/base", seen: "echo" },
    behaviors: [
      { path: "/api/*", origin: "api", viewerRequest: "auth", cachePolicy: "CachingOptimized" },
      { path: "*", viewerRequest: "rewrite", settings: { Compress: true } },
    ],
    functions: { auth: { file: "edge/check.js", keyValueStore: "users" } },
    keyValueStores: { users: { ann: "1" } },
    distribution: { DefaultRootObject: "index.html" },
  });
  const { site, folder } = siteOf(text, ["edge/check.js", "rewrite.ts", "public/page.html"]);
  assert.deepEqual(site.origins, {
    pages: { kind: "folder", folder: join(folder, "public") },
    api: { kind: "url", url: new URL("http://localhost:3000/base") },
    seen: { kind: "echo" },
  });
  assert.deepEqual(
    site.functions.map(({ name, file, store }) => [name, file, store]),
    [
      ["auth", join(folder, "edge/check.js"), "users"],
      ["rewrite", join(folder, "rewrite.ts"), undefined],
    ],
  );
  assert.deepEqual(site.stores, [{ name: "users", pairs: { ann: "1" }, file: "users" }]);
  const [{ behaviors, settings, hosts } = assert.fail()] = site.distributions;
  assert.deepEqual(settings, { DefaultRootObject: "index.html" });
  assert.deepEqual(hosts, ["localhost", "127.0.0.1"]);
  assert.deepEqual(
    behaviors.map(({ path, origin, functions, cachePolicy }) => [
      path,
      origin,
      functions,
      cachePolicy,
    ]),
    [
      ["/api/*", "api", { "viewer-request": "auth" }, "CachingOptimized"],
      ["*", "pages", { "viewer-request": "rewrite" }, "CachingDisabled"],
    ],
  );
});

test("what a site does not say is an echo for all paths, without functions", () => {
  const { site } = siteOf("{}");
  assert.deepEqual(site.origins, { echo: { kind: "echo" } });
  assert.deepEqual(
    site.distributions.map(({ behaviors }) => behaviors.map(({ path, origin }) => [path, origin])),
    [[["*", "echo"]]],
  );
});

for (const [what, text, says] of [
  [
    "an unknown member",
    '{\n  "behavior": []\n}',
    /footlight\.json:2:3: behavior is unknown: here may be \$schema, origins, behaviors/,
  ],
  [
    "an unknown member within",
    '{"behaviors": [{"path": "*", "orgin": "a"}]}',
    /:1:30: behaviors\[0\]\.orgin is unknown: here may be path, origin,/,
  ],
  ["another type", '{"origins": ["a"]}', /:1:2: origins must be an object, got \["a"\]/],
  [
    "a function of neither type",
    '{"functions": {"a": 1}}',
    /:1:16: functions\.a must be a text or an object, got 1/,
  ],
  ["a member that lacks", '{"behaviors": [{}]}', /:1:16: behaviors\[0\] lacks path/],
  [
    "a bad name",
    '{"origins": {"a b": "echo"}}',
    /:1:14: origins\.a b must have a name of 1 to 64 letters/,
  ],
  [
    "a bad runtime",
    '{"functions": {"a": {"file": "a.js", "runtime": "2.0"}}}',
    /runtime must be cloudfront-js-1\.0 or cloudfront-js-2\.0, got "2\.0"/,
  ],
  [
    "a folder that is not there",
    '{"origins": {"a": "./pub"}}',
    /:1:14: origins\.a must be a folder, a URL or echo, and there is no folder .*pub/,
  ],
  [
    "a server without a scheme",
    '{"origins": {"a": "localhost:3000"}}',
    /; a server is written http:\/\/localhost:3000/,
  ],
  [
    "another scheme",
    '{"origins": {"a": "ftp://x"}}',
    /origins\.a must be a folder, a URL of http or https, or echo, got "ftp:\/\/x"/,
  ],
  [
    "an unknown origin",
    '{"origins": {"a": "echo"}, "behaviors": [{"path": "*", "origin": "b"}]}',
    /behaviors\[0\]\.origin is "b", and of origins there is a/,
  ],
  [
    "an unknown function",
    '{"behaviors": [{"path": "*", "viewerRequest": "b"}]}',
    /behaviors\[0\]\.viewerRequest is "b", and of functions there is none/,
  ],
  [
    "a path twice",
    '{"behaviors": [{"path": "*"}, {"path": "*"}]}',
    /behaviors\[1\]\.path is "\*", as an earlier one is/,
  ],
  [
    "a function that is not there",
    '{"functions": {"a": "a.js"}}',
    /:1:16: functions\.a names .*a\.js, which is not there/,
  ],
  ["broken JSON", '{\n  "origins": {},\n}', /footlight\.json is not JSON: .*line 3/],
] as const) {
  test(`readSiteFile() refuses ${what}, with its place`, () => {
    assert.throws(() => siteOf(text), says);
  });
}
