import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { viewerRequest, viewerResponse } from "../runtime/testing/short-event.ts";
import { parseEventFile, readEventFile } from "./event-file.ts";

const event = viewerRequest("/docs/");
const parse = (value: unknown) => parseEventFile("e.json", JSON.stringify(value));

test("An event without expectations is what AWS takes, to the letter", () => {
  const read = parse(event);
  assert.deepEqual(read.event, event);
  assert.equal(read.name, "e");
  assert.equal(read.eventType, "viewer-request");
  assert.equal(read.expect, undefined);
  assert.deepEqual(read.given, {});
  assert.deepEqual(read.remarks, []);
});

test("What CloudFront's console copies is read: context and viewer with little in them", () => {
  const copied = {
    version: "1.0",
    context: { eventType: "viewer-response" },
    viewer: { ip: "1.2.3.4" },
    request: { method: "GET", uri: "/", querystring: {}, headers: {}, cookies: {} },
    response: { statusCode: 200, statusDescription: "OK", headers: {}, cookies: {} },
  };
  const read = parse(copied);
  assert.deepEqual([read.eventType, read.event], ["viewer-response", copied]);
});

test("Footlight's own members are taken off the event", () => {
  const expect = { uri: "/docs/index.html", headers: { accept: null, "x-a": ["1", "2"] } };
  const given = {
    name: "a folder",
    now: "2026-01-31T12:00:00Z",
    runtime: "cloudfront-js-1.0",
    keys: { a: "b" },
  };
  const read = parse({ ...event, expect, given });
  assert.deepEqual(read.event, event);
  assert.equal(read.name, "a folder");
  assert.deepEqual(read.expect, expect);
  assert.deepEqual(read.given, { ...given, now: Date.UTC(2026, 0, 31, 12) });
});

test("They may stand in a file beside, in which paths are from there", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "stores"));
  const path = (name: string): string => join(folder, name);
  writeFileSync(path("a.json"), JSON.stringify(event));
  writeFileSync(path("stores/a.json"), '{"data":[{"key":"k","value":"v"}]}');
  writeFileSync(path("a.expect.json"), '{"expect":{"uri":"/"},"given":{"keys":"stores/a.json"}}');
  const read = readEventFile(path("a.json"));
  assert.deepEqual([read.expect, read.given], [{ uri: "/" }, { keys: { k: "v" } }]);
  writeFileSync(path("a.json"), JSON.stringify({ ...event, expect: {} }));
  assert.throws(() => readEventFile(path("a.json")), /has the member expect, and .* keep one/);
  writeFileSync(path("a.json"), JSON.stringify(event));
  writeFileSync(path("a.expect.json"), '{"status":301}');
  assert.throws(
    () => readEventFile(path("a.json")),
    /a\.expect\.json has an unknown member status/,
  );
});

test("A store's file is below the event's own folder, also where links lead", () => {
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  mkdirSync(path("fn.events"));
  writeFileSync(path("secret.json"), '{"data":[{"key":"k","value":"v"}]}');
  symlinkSync(path("secret.json"), path("fn.events/link.json"));
  symlinkSync(folder, path("fn.events/up"));
  for (const keys of ["../secret.json", path("secret.json"), "link.json", "up/secret.json", "."]) {
    writeFileSync(path("fn.events/a.json"), JSON.stringify({ ...event, given: { keys } }));
    assert.throws(
      () => readEventFile(path("fn.events/a.json")),
      /given\.keys must name a file below the event's own folder, got "/,
      keys,
    );
  }
});

const texts: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ["nothing", " \n", /e\.json is empty$/],
  ["broken JSON", '{"version": "1.0",\n "context"}', /e\.json is not JSON: .*line 2/],
  ["a name twice", '{"version": "1.0", "version": "1.0"}', /says "version" twice/],
  ["base64", Buffer.from(JSON.stringify(event)).toString("base64"), /is base64 .*fileb:\/\/FILE/],
  ["an array", "[]", /must hold a JSON object, and holds an array/],
];
for (const [what, text, message] of texts) {
  test(`A file with ${what} says so`, () => {
    assert.throws(() => parseEventFile("e.json", text), message);
  });
}

const { request } = event;
const values: readonly (readonly [value: unknown, message: RegExp])[] = [
  [{ Records: [{ cf: {} }] }, /an event of Lambda@Edge/],
  [{ Name: "a", EventObject: "e30=" }, /a call of TestFunction/],
  [{ TestResult: {} }, /what TestFunction answered/],
  [{ ...event, expects: {} }, /unknown member expects: .*expect and given/],
  [{ version: "1.0", request }, /has no context\. Write "context": \{"eventType"/],
  [{ ...event, context: {} }, /context\.eventType must be viewer-request or viewer-response/],
  [{ ...event, context: { eventType: "origin-request" } }, /is Lambda@Edge's/],
  [{ ...event, context: { eventType: "viewer-response" } }, /there is no response\. Write one/],
  [{ ...event, request: { uri: "/" } }, /is no event: .*request\.method must be a string/],
  [{ ...event, expect: [] }, /expect that is an array/],
  [{ ...event, expect: { statusCode: 301 } }, /unknown member expect\.statusCode: write status/],
  [{ ...event, expect: { path: "/" } }, /unknown member expect\.path: it takes result, status, /],
  [{ ...event, expect: { status: "301" } }, /expect\.status must be a whole number/],
  [{ ...event, expect: { uri: { matches: "(" } } }, /expect\.uri has no regular expression/],
  [{ ...event, expect: { headers: { Location: "/" } } }, /in lower case, "location"/],
  [{ ...event, expect: { headers: { a: { value: "b" } } } }, /write its value alone, "b"/],
  [{ ...event, expect: { headers: { a: [] } } }, /null says that it must not be there/],
  [{ ...event, expect: { uri: "/", status: 200 } }, /expect\.status is of a response/],
  [
    { ...event, expect: { error: "x", uri: "/" } },
    /the run fails, and expect\.uri what it returns/,
  ],
  [{ ...event, expect: { edge: { status_code: 1 } } }, /expect\.edge has no "status_code"/],
  [{ ...event, expect: { output: {} } }, /expect\.output must be/],
  [{ ...event, given: { time: 1 } }, /given has no "time": it takes name, now, /],
  [{ ...event, given: { now: "2026-01-31T12:00:00" } }, /given\.now must be a time like/],
  [{ ...event, given: { seed: 0 } }, /given\.seed must be a whole number from 1 .* got 0/],
  [{ ...event, given: { keys: { a: 1 } } }, /given\.keys\["a"\] must be a text, .* got 1/],
  [{ ...event, given: { keys: "nowhere.json" } }, /nowhere\.json cannot be read/],
];
for (const [value, message] of values) {
  test(`${JSON.stringify(value).slice(-70)} is refused with ${message}`, () => {
    assert.throws(() => parse(value), message);
  });
}

test("What CloudFront would not read, or not take, is remarked on", () => {
  const odd = {
    ...viewerResponse("/?a=1&a=2"),
    context: { eventType: "viewer-request", distributionID: "E" },
    request: {
      method: "GET",
      uri: "/",
      querystring: { a: { value: "1", multivalue: [{ value: "1" }, { value: "2" }] } },
      headers: { Host: { value: "a" } },
      body: "x".repeat(41_000),
    },
  };
  const { remarks } = parse({ ...odd, version: "2.0" });
  assert.equal(remarks.length, 7, remarks.join("\n"));
  for (const part of [
    'version is "2.0"',
    "response is not read",
    "context.distributionID is not read",
    "request.body is not read",
    'request.querystring["a"].multivalue is not read: it is spelled multiValue',
    'request.headers["Host"] is not how a function finds it',
    "TestFunction of CloudFront's takes 40960",
  ]) {
    assert.ok(
      remarks.some((remark) => remark.includes(part)),
      part,
    );
  }
});
