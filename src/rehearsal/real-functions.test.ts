/** Functions as people publish them, each with a change that it should not have: found, grouped and counted; and never a difference from itself. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { buildConfig } from "../../test/support/distribution-config.ts";
import { copyOf, patientWatchdogMs } from "../../test/support/sample-copy.ts";
import { deployDistribution } from "../edge/deployment/deployed-distribution.ts";
import { managedPolicies } from "../edge/deployment/policies.ts";
import type { RecordedRun } from "../edge/record/runs/recorded-run.ts";
import { createRuntime } from "../runtime/isolate-runtime.ts";
import { reportOf, type RehearsalReport } from "./findings.ts";
import { Rehearsal } from "./rehearsal.ts";

const runtime = createRuntime({ remembers: true, watchdogMs: patientWatchdogMs });
after(() => runtime.close());

const folder = new URL("../../test/fixtures/functions/", import.meta.url);
const sourceOf = (file: string): string => readFileSync(new URL(file, folder), "utf8");

const deployed = deployDistribution(
  {
    ...{ id: "E1", domainName: "d1.cloudfront.localhost", version: 1, deployRevision: 0 },
    config: buildConfig({
      ...{ callerReference: "r", originPort: 80, viewerRequest: "fn", viewerResponse: "fn" },
    }),
    lastModifiedTime: "1970-01-01T00:00:00.000Z",
  },
  "000000000000",
  managedPolicies,
);

/** Forty viewers' requests, of which ten want a folder, ten come from elsewhere, and eight from Germany. */
function runOf(number: number, eventType: "viewer-request" | "viewer-response"): RecordedRun {
  const headers = ["host", "shop.example", "accept", "*/*"];
  if (number % 4 === 1) headers.push("origin", "https://other.example");
  if (number % 5 === 2) headers.push("cloudfront-viewer-country", "DE");
  return {
    ...{ function: "fn", version: 1, at: Date.UTC(2026, 0, 1) + number, seed: number + 1 },
    store: { reads: [{ question: "get", key: "docs", answer: "+handbook" }], isWhole: true },
    event: {
      ...{ eventType, distributionDomainName: "d1.cloudfront.localhost", distributionId: "E1" },
      ...{ requestId: `r${number}`, viewerIp: `192.0.2.${number}` },
      request: {
        ...{ method: "GET", uri: number % 4 === 0 ? "/docs/" : "/docs/a.html" },
        ...{ querystring: `page=${number}&b=2&a=1`, headers },
      },
      ...(eventType === "viewer-response" && {
        response: {
          ...{ statusCode: 200, statusDescription: "OK" },
          headers: ["content-type", "text/html"],
        },
      }),
    },
  };
}

function rehearse(
  live: string,
  development: string,
  eventType: "viewer-request" | "viewer-response",
): RehearsalReport {
  const store = {
    id: "s",
    keyCount: 1,
    createdTime: "",
    lastUpdatedTime: "",
    get: () => undefined,
  };
  const rehearsal = new Rehearsal({
    ...{ runtime, name: "fn", live: copyOf(live), development: copyOf(development) },
    ...{ distributions: new Map([["E1", deployed]]), stores: { live: store, development: store } },
  });
  for (let number = 0; number < 40; number += 1) rehearsal.add(runOf(number, eventType), number);
  return reportOf([rehearsal.findings]);
}

/** File, what is changed into what, and what is found: how many runs, and how the difference begins. */
const seeded: readonly (readonly [
  string,
  string,
  string,
  readonly (readonly [number, string])[],
])[] = [
  [
    "security-headers.js",
    "headers['x-frame-options'] = { value: 'DENY' };",
    "",
    [[40, "- header x-frame-options"]],
  ],
  ["cache-control.js", "63072000", "60", [[40, "header cache-control: changed"]]],
  [
    "cors.js",
    "{ value: origin.value }",
    "{ value: '*' }",
    [[10, "header access-control-allow-origin: changed"]],
  ],
  [
    "single-page-app.js",
    "request.uri = request.uri + 'index.html'",
    "request.uri = request.uri + 'index.htm'",
    [
      [10, "uri /*/index.html → /*/index.htm"],
      [10, "cache key of E1 *: changed"],
    ],
  ],
  [
    "country-redirect.js",
    "'/de/index.html'",
    "request.uri",
    [
      [8, "header location: changed"],
      [8, "redirects for ever"],
    ],
  ],
  ["sorted-query.js", "parts.sort()", "parts", [[40, "query: another order"]]],
  [
    "kvs-lookup.js",
    "store.get(segments[1])",
    "store.get(segments[1].toUpperCase())",
    [[40, "uri /handbook/* → /docs/*"]],
  ],
  [
    "true-client-ip.js",
    "event.request.headers['true",
    "for (var i = 0; i < 40; i++) /^(\\/[a-z]+)+\\/(\\d+)+$/.test(event.request.uri); event.request.headers['true",
    [[40, "compute utilization: 10 or more dearer"]],
  ],
  [
    "origin-header.js",
    "request.headers.host.value",
    "request.headers.hosts.value",
    [[30, "goes on → fails 503: TypeError"]],
  ],
  ["country-origin.js", "DE: 'eu-central-1'", "DE: 'eu-west-1'", [[8, "origin {"]]],
];

const ofResponses = new Set(["security-headers.js", "cache-control.js", "cors.js"]);
const typeOf = (file: string): "viewer-request" | "viewer-response" =>
  ofResponses.has(file) ? "viewer-response" : "viewer-request";

for (const [file, from, to, found] of seeded) {
  test(`what was changed in ${file} is found, and nothing else`, () => {
    const live = sourceOf(file);
    assert.ok(live.includes(from), `${file} has no ${from}`);
    const { compared, groups } = rehearse(live, live.replace(from, to), typeOf(file));
    const told = groups.map(({ count, shape }) => `${count} ${shape}`);
    assert.equal(compared, 40);
    for (const [count, beginning] of found) {
      const is = groups.some((each) => each.count === count && each.shape.startsWith(beginning));
      assert.ok(is, `${count} ${beginning}: ${told.join("; ")}`);
    }
    const unexplained = groups.filter(
      ({ shape }) =>
        !shape.startsWith("cache key") && !found.some(([, each]) => shape.startsWith(each)),
    );
    assert.deepEqual(unexplained, []);
  });
}

test("no real function differs from itself", () => {
  for (const file of readdirSync(folder).filter((each) => each.endsWith(".js"))) {
    const source = sourceOf(file);
    const { differing, groups } = rehearse(source, `${source}\n`, typeOf(file));
    assert.deepEqual([differing, groups], [0, []], file);
  }
});
