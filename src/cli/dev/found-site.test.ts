import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../test/support/test-node.ts";
import { viewerRequest, viewerResponse } from "../../runtime/testing/short-event.ts";
import { foundSite } from "./found-site.ts";
import type { Site } from "./site.ts";

const onRequest = "function handler(event) { return event.request; }";
const onResponse = "function handler(e) { var r = e.response; return r; }";

function siteWith(files: Readonly<Record<string, unknown>>): Site {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  }
  return foundSite({ folder, origin: { kind: "echo" }, runtime: "cloudfront-js-2.0", known: [] });
}

function attached(site: Site): unknown {
  return site.distributions.map(({ hosts, behaviors }) => [hosts[0], behaviors[0]?.functions]);
}

test("one function is on every path, for the event that its code reads", () => {
  assert.deepEqual(attached(siteWith({ "a.js": onRequest })), [
    ["localhost", { "viewer-request": "a" }],
  ]);
  assert.deepEqual(attached(siteWith({ "a.js": onResponse, "b.ts": onRequest })), [
    ["localhost", { "viewer-response": "a", "viewer-request": "b" }],
  ]);
});

test("a function's events say more than its code", () => {
  const files = {
    "a.js": onResponse,
    "a.events/1.json": viewerRequest("/"),
    "a.events/2.json": viewerResponse("/"),
    "a.events/3.json": "{,}",
    "a.events/keys.json": { data: [{ key: "k", value: "v" }] },
  };
  const site = siteWith(files);
  assert.deepEqual(attached(site), [
    ["localhost", { "viewer-request": "a", "viewer-response": "a" }],
  ]);
  assert.deepEqual(site.stores[0]?.pairs, { k: "v" });
  assert.equal(site.functions[0]?.store, "a");
});

test("functions for the same event have a site each, and a remark says what to write", () => {
  const site = siteWith({ "a.js": onRequest, "b/a.js": onRequest, "c_D.js": onResponse });
  assert.deepEqual(attached(site), [
    ["a.localhost", { "viewer-request": "a" }],
    ["c-d.localhost", { "viewer-response": "c_D" }],
    ["b-a.localhost", { "viewer-request": "b-a" }],
  ]);
  assert.match(site.remarks.join(), /"behaviors" in a footlight\.json/);
});

test("a folder without a function says what one is", () => {
  const site = siteWith({});
  assert.deepEqual(attached(site), [["localhost", {}]]);
  assert.match(site.remarks.join(), /save one as rewrite\.js/);
});
