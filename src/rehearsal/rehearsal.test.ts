import assert from "node:assert/strict";
import { after, test } from "node:test";
import { buildConfig } from "../../test/support/distribution-config.ts";
import { copyOf, patientWatchdogMs } from "../../test/support/sample-copy.ts";
import { deployDistribution } from "../edge/deployment/deployed-distribution.ts";
import { managedPolicies } from "../edge/deployment/policies.ts";
import type { RecordedRun } from "../edge/record/runs/recorded-run.ts";
import type { StoreReadsTold } from "../runtime/function-runtime.ts";
import type { FunctionEvent, KeyValueReader } from "../runtime/function-runtime.ts";
import { hiddenValue } from "../runtime/hidden-values.ts";
import { createRuntime } from "../runtime/isolate-runtime.ts";
import { uriChange } from "./differences.ts";
import { DistinctKeys } from "./distinct-keys.ts";
import { reportOf, type RehearsalReport } from "./findings.ts";
import { Rehearsal } from "./rehearsal.ts";

const runtime = createRuntime({ remembers: true, watchdogMs: patientWatchdogMs });
after(() => runtime.close());

const deployed = deployDistribution(
  {
    ...{ id: "E1", domainName: "d1.cloudfront.localhost", version: 1, deployRevision: 0 },
    config: buildConfig({
      callerReference: "r",
      originPort: 80,
      viewerRequest: "fn",
      viewerResponse: "fn",
      cookies: "none",
    }),
    lastModifiedTime: "1970-01-01T00:00:00.000Z",
  },
  "000000000000",
  managedPolicies,
);

const store: KeyValueReader = {
  ...{ id: "s", keyCount: 1, createdTime: "", lastUpdatedTime: "" },
  get: (key) => (key === "theme" ? "now" : undefined),
};

interface Given {
  readonly uri?: string;
  readonly query?: string;
  readonly headers?: readonly string[];
  readonly response?: FunctionEvent["response"];
}

function runOf(
  number: number,
  { uri = `/p/${number}`, query, headers = [], response }: Given = {},
): RecordedRun {
  return {
    ...{ function: "fn", version: 1, at: Date.UTC(2026, 0, 1) + number, seed: number + 1 },
    store: {
      reads: [
        { question: "id", key: "", answer: "+s" },
        { question: "get", key: "theme", answer: "+then" },
      ],
      isWhole: true,
    },
    event: {
      eventType: response === undefined ? "viewer-request" : "viewer-response",
      ...{ distributionDomainName: "d1.cloudfront.localhost", distributionId: "E1" },
      ...{ requestId: `r${number}`, viewerIp: "192.0.2.1" },
      request: {
        method: "GET",
        uri,
        querystring: query,
        headers: ["host", "shop.example", ...headers],
      },
      ...(response && { response }),
    },
  };
}

function rehearsalOf(live: string, development: string): Rehearsal {
  return new Rehearsal({
    ...{ runtime, name: "fn", live: copyOf(live), development: copyOf(development) },
    ...{ distributions: new Map([["E1", deployed]]), stores: { live: store, development: store } },
  });
}

function rehearse(
  live: string,
  development: string,
  runs: readonly RecordedRun[],
): RehearsalReport {
  const rehearsal = rehearsalOf(live, development);
  for (const [number, run] of runs.entries()) rehearsal.add(run, number);
  return reportOf([rehearsal.findings]);
}

const many = (given: (number: number) => Given = () => ({})): RecordedRun[] =>
  Array.from({ length: 40 }, (_, number) => runOf(number, given(number)));

const handler = (body: string): string =>
  `function handler(event) { var request = event.request; ${body} return request; }`;

const shapesOf = ({ groups }: RehearsalReport): Record<string, number> =>
  Object.fromEntries(groups.map(({ shape, count }) => [shape, count]));

const response = {
  statusCode: 200,
  statusDescription: "OK",
  headers: ["content-type", "text/html"],
};

/** Functions such as people publish, each with a change and what is to be found of it in forty runs. */
const seeded: readonly {
  readonly name: string;
  readonly live: string;
  readonly development: string;
  readonly given?: (number: number) => Given;
  readonly found: Readonly<Record<string, number>>;
}[] = [
  {
    name: "a lost header",
    live: handler(
      "request.headers['x-a'] = { value: '1' }; request.headers['x-b'] = { value: '2' };",
    ),
    development: handler("request.headers['x-b'] = { value: '2' };"),
    found: { "- header x-a": 40 },
  },
  {
    name: "an index page that is another",
    live: handler("if (request.uri.endsWith('/')) request.uri += 'index.html';"),
    development: handler("if (request.uri.endsWith('/')) request.uri += 'index.htm';"),
    given: (number) => ({ uri: number % 4 === 0 ? "/docs/" : "/docs/a.html" }),
    found: { "uri /*/index.html → /*/index.htm": 10, "cache key of E1 *: changed": 10 },
  },
  {
    name: "a redirect that leads to itself",
    live: "function handler(event) { if (event.request.uri === '/old') return { statusCode: 302, headers: { location: { value: '/new' } } }; return event.request; }",
    development:
      "function handler(event) { return { statusCode: 302, headers: { location: { value: '/new' } } }; }",
    given: () => ({ uri: "/new" }),
    found: { "goes on → answers 302": 40, "redirects for ever": 40 },
  },
  {
    name: "a colder cache",
    live: handler("request.uri = '/all';"),
    development: handler("request.uri = '/all/' + request.uri.split('/').pop();"),
    found: { "uri /* → /*/*": 40, "cache key of E1 *: changed": 40 },
  },
  {
    name: "a dearer loop",
    live: handler(
      "var n = 0; for (var i = 0; i < 10; i++) n += i; request.headers['x-n'] = { value: 'n' };",
    ),
    development: handler(
      "var n = 0; for (var i = 0; i < 3000; i++) n += i; request.headers['x-n'] = { value: 'n' };",
    ),
    found: { "compute utilization: 10 or more dearer": 40 },
  },
  {
    name: "a dearer regular expression",
    live: handler(
      "if (/^\\/p\\/\\d+$/.test(request.uri)) request.headers['x-n'] = { value: 'n' };",
    ),
    development: handler(
      "for (var i = 0; i < 300; i++) if (/^(\\/[a-z]+)+\\/(\\d+)+$/.test(request.uri)) request.headers['x-n'] = { value: 'n' };",
    ),
    found: { "compute utilization: 10 or more dearer": 40 },
  },
  {
    name: "a query parameter that is dropped",
    live: handler(""),
    development: handler("delete request.querystring.page;"),
    given: (number) => ({ query: number < 15 ? "page=2&sort=a" : "sort=a" }),
    found: { "- query page": 15 },
  },
  {
    name: "an error on some requests",
    live: handler(""),
    development: handler("if (request.uri === '/p/7') request.headers.missing.value = 'x';"),
    found: { "goes on → fails 503: TypeError: property set on primitive undefined type": 1 },
  },
  {
    name: "a read-only header",
    live: handler(""),
    development: handler("request.headers.host = { value: 'other.example' };"),
    found: { "goes on → fails 502: request.headers.host is read-only": 40 },
  },
  {
    name: "a security header that is gone, and a cookie that is new",
    live: "function handler(event) { var r = event.response; r.headers['x-frame-options'] = { value: 'DENY' }; return r; }",
    development:
      "function handler(event) { var r = event.response; r.cookies.seen = { value: '1', attributes: 'Path=/' }; return r; }",
    given: () => ({ response }),
    found: { "- header x-frame-options": 40, "+ cookie seen": 40 },
  },
];

for (const { name, live, development, given, found } of seeded) {
  test(`finds ${name}, grouped`, () => {
    const report = rehearse(live, development, many(given));
    assert.equal(report.compared, 40);
    const shapes = shapesOf(report);
    for (const [shape, count] of Object.entries(found)) {
      assert.equal(shapes[shape], count, `${shape}: ${JSON.stringify(shapes)}`);
    }
    for (const { sample } of report.groups) assert.ok("request" in sample.event);
  });

  test(`finds nothing in it without ${name}`, () => {
    for (const source of [live, development]) {
      const { differing, groups } = rehearse(source, source, many(given));
      assert.deepEqual(
        { differing, groups: groups.filter(({ shape }) => shape !== "redirects for ever") },
        { differing: 0, groups: [] },
      );
    }
  });
}

test("a function with clock, chance and key values never differs from itself", () => {
  const source = `import cf from 'cloudfront';
  async function handler(event) {
    var request = event.request;
    request.headers['x-when'] = { value: new Date().toISOString() };
    request.headers['x-dice'] = { value: String(Math.random()) };
    request.headers['x-theme'] = { value: await cf.kvs().get('theme') };
    try { request.headers['x-more'] = { value: await cf.kvs().get('more') }; } catch (e) { request.headers['x-none'] = { value: String(e) }; }
    return request;
  }`;
  const report = rehearse(source, `${source}\n`, many());
  assert.deepEqual([report.compared, report.differing, report.groups], [40, 0, []]);
  const changed = rehearse(source, source.replace("'x-theme'", "'x-themed'"), many());
  const [{ sample }] = changed.groups as [RehearsalReport["groups"][number]];
  // What LIVE was answered then, and not what the store holds now.
  assert.match(sample.live.headers.join("\n"), /x-theme\nthen/i);
});

test("a run that reads what is hidden is told apart, and one that carries it on is compared", () => {
  const cookie = ["cookie", `session=${hiddenValue("cookie", "abc")}`];
  const runs = many((number) => (number < 10 ? { headers: cookie } : {}));
  const reads = handler(
    "if (request.cookies.session && request.cookies.session.value === 'x') request.uri = '/in';",
  );
  const report = rehearse(handler(""), reads, runs);
  assert.deepEqual(report.notComparable, [{ reads: "cookie session", count: 10 }]);
  assert.deepEqual([report.compared, report.differing], [30, 0]);
  const carried = rehearse(handler(""), handler("request.headers['x-a'] = { value: '1' };"), runs);
  assert.deepEqual([carried.compared, carried.notComparable], [40, []]);
});

test("how many objects go cold is told by behavior", () => {
  const { caches } = rehearse(
    handler("request.uri = '/all';"),
    handler("request.uri += '/x';"),
    many(),
  );
  assert.equal(caches.length, 1);
  const [
    { behavior, liveObjects, developmentObjects, coldObjects, liveHitRatio, developmentHitRatio },
  ] = caches as [RehearsalReport["caches"][number]];
  assert.deepEqual(
    { behavior, liveObjects, developmentObjects, coldObjects, liveHitRatio, developmentHitRatio },
    {
      behavior: "E1 *",
      liveObjects: 1,
      developmentObjects: 40,
      coldObjects: 40,
      liveHitRatio: 0.975,
      developmentHitRatio: 0,
    },
  );
});

test("distinct keys are estimated in bounded memory", () => {
  const keys = new DistinctKeys();
  for (let number = 0; number < 300_000; number += 1) {
    keys.add(`E1 /old/${number % 150_000}`, "live");
    keys.add(`E1 /${number < 150_000 ? "old" : "new"}/${number % 150_000}`, "development");
  }
  const { liveObjects, coldObjects, isEstimate } = keys.told;
  assert.ok(isEstimate);
  for (const count of [liveObjects, coldObjects])
    assert.ok(Math.abs(count - 150_000) < 4500, String(count));
});

test("processes that share the runs come to what one finds", () => {
  const live = handler("request.uri = '/all';");
  const development = handler("if (request.uri !== '/p/7') request.uri += '/x';");
  const runs = many((number) => (number % 3 === 0 ? { query: "a=1" } : {}));
  const shared = [0, 1].map((part) => {
    const rehearsal = rehearsalOf(live, development);
    for (const [number, run] of runs.entries()) {
      if (number % 2 === part) rehearsal.add(run, number);
    }
    return structuredClone(rehearsal.findings);
  });
  assert.deepEqual(reportOf(shared.toReversed()), rehearse(live, development, runs));
});

test("values that were opened are in no report", () => {
  const value = "opened secret/1";
  const recorded = runOf(1, {
    headers: ["cookie", "session=sealed-cookie-x", "x-user", "sealed-header-y"],
  });
  const opened = runOf(1, { headers: ["cookie", `session=${value}`, "x-user", value] });
  const rehearsal = rehearsalOf(
    handler(""),
    handler(
      "var v = request.cookies.session.value; request.uri = '/u/' + encodeURIComponent(v); request.headers['x-b'] = { value: btoa(v) }; request.headers['x-p'] = { value: 'is ' + v };",
    ),
  );
  const asked = (key: string): StoreReadsTold => ({
    ...{ reads: [{ question: "get", key, answer: "+1" }], isWhole: true },
  });
  rehearsal.add({ ...opened, store: asked(value) }, 0, {
    ...{ event: recorded.event, store: asked("sealed-cookie-x"), values: [value] },
  });
  const text = JSON.stringify(reportOf([rehearsal.findings]));
  for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString("base64")]) {
    assert.ok(!text.includes(form), form);
  }
  assert.match(text, /\[sealed\]/);
  assert.match(text, /sealed-cookie-x/);
});

test("a change of URIs is told by what is common", () => {
  assert.equal(uriChange("/a/x.html", "/b/x.html"), "/a/* → /b/*");
  assert.equal(uriChange("/x", "/x/index.html"), "/* → /*/index.html");
  assert.equal(uriChange("/en/p/1", "/en/p/2"), "/*/* → /*/*");
  assert.equal(uriChange("/docs/", "/docs/index.html"), "/*/ → /*/index.html");
});
