/**
 * What the edge refuses of functions' results, and TestFunction doesn't: each is run on one event both
 * ways, and the verdict says what a viewer of a real edge gets.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { edgeVerdict } from "../../src/edge/function/edge-verdict.ts";
import { headerRules } from "../../src/model/header-rules.ts";
import type { FunctionEvent } from "../../src/runtime/function-runtime.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { runBothWays } from "../../src/runtime/testing/run-both-ways.ts";
import { verdictSentence, type EdgeVerdict } from "../../src/runtime/verdict.ts";
import { copyOf, patientWatchdogMs } from "../support/sample-copy.ts";
import {
  domainName,
  originConfig,
  startScene,
  type Reply,
  type Scene,
  type SceneTest,
} from "../edge/viewer-scene.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());
let copy = copyOf("");
/** What the edge gave the function last. */
let event: FunctionEvent | undefined;

type EventType = FunctionEvent["eventType"];

interface Row {
  readonly eventType: EventType;
  /** What the handler does with `request`, `response`, `event` and `cf`. */
  readonly does: string;
  /** What the author is told. */
  readonly because: RegExp | string;
  readonly status?: number;
  /** Set where TestFunction fails as well. */
  readonly failsTest?: true;
}

function onRequest(does: string, because: Row["because"], rest: Partial<Row> = {}): Row {
  return { eventType: "viewer-request", does, because, ...rest };
}

function onResponse(does: string, because: Row["because"], rest: Partial<Row> = {}): Row {
  return { eventType: "viewer-response", does, because, ...rest };
}

const rows: readonly Row[] = [
  onRequest("request.headers.host = { value: 'b.example' }", "request.headers.host is read-only"),
  onRequest("delete request.headers.host", "request.headers.host is read-only"),
  onRequest("request.headers.via = { value: '1.1 a' }", "request.headers.via is read-only"),
  onRequest(
    "request.headers['cdn-loop'] = { value: 'a' }",
    "request.headers.cdn-loop is read-only",
  ),
  onRequest("request.headers['content-length'] = { value: '1' }", /content-length is read-only/),
  onRequest("request.headers['transfer-encoding'] = { value: 'x' }", /encoding is read-only/),
  onRequest(
    "request.headers.connection = { value: 'x' }",
    "request.headers must not have connection",
  ),
  onRequest(
    "request.headers['x-edge-a'] = { value: 'x' }",
    "request.headers must not have x-edge-a",
  ),
  onRequest("request.headers['X-A'] = { value: 'x' }", /header names in lower case/),
  onRequest("request.headers['x a'] = { value: 'x' }", /header names without "x a"/),
  onRequest("request.headers['x-a'] = { value: 'a\\nb' }", /no control characters in x-a/),
  onRequest("request.headers.cookie = { value: 'a=b' }", /which belongs in request.cookies/),
  onRequest("request.cookies['a;b'] = { value: 'c' }", /fit for a cookie, not "a;b"/),
  onRequest("request.uri = 'docs'", "request.uri must begin with a slash"),
  onRequest("request.uri = '/a b'", /request.uri must have no spaces/),
  onRequest("request.uri = '/a?b=1'", /request.uri must have no spaces, control characters, \?/),
  onRequest("request.uri = '/' + 'a'.repeat(8200)", /shorter than 8192 characters/),
  onRequest("request.querystring = 'a=b c'", /request.querystring must have no spaces/),
  onRequest("request.method = 'POST'", "request.method is read-only"),
  onRequest("return { statusCode: 700 }", "response.statusCode must be between 200 and 599"),
  onRequest(
    "return { statusCode: 200, statusDescription: 'a\\nb' }",
    /statusDescription must have/,
  ),
  onRequest(
    "return { statusCode: 200, body: { encoding: 'base64', data: '*' } }",
    /data that is valid base64/,
  ),
  onRequest(
    "return { statusCode: 200, headers: { 'x-cache': { value: 'x' } } }",
    "response.headers must not have x-cache",
  ),
  onRequest("return { statusCode: 200, headers: { Location: { value: '/' } } }", /in lower case/),
  onRequest(
    "cf.updateRequestOrigin({ domainName: 'a.example:80' })",
    /updateRequestOrigin\(\): a\.ex/,
  ),
  onRequest(
    "cf.updateRequestOrigin({ domainName: '192.0.2.1' })",
    /192\.0\.2\.1 is not a DNS name/,
  ),
  onRequest("cf.updateRequestOrigin({ originPath: '/a/' })", /\/a\/ is not an origin path/),
  onRequest("cf.updateRequestOrigin({ connectionAttempts: 4 })", /not an integer from 1 to 3/),
  onRequest(
    "cf.updateRequestOrigin({ timeouts: { readTimeout: 0 } })",
    /not an integer from 1 to 120/,
  ),
  onRequest(
    "cf.updateRequestOrigin({ customOriginConfig: { port: 21, protocol: 'http', sslProtocols: ['TLSv1.2'] } })",
    /updateRequestOrigin\(\): port must be/,
  ),
  onRequest(
    "cf.updateRequestOrigin({ customHeaders: { 'x-sent': 'a' } })",
    "updateRequestOrigin(): customHeaders: x-sent is in the request",
  ),
  onRequest(
    "cf.updateRequestOrigin({ hostHeader: 'a.example', originAccessControlConfig: { enabled: true, signingBehavior: 'always', signingProtocol: 'sigv4', originType: 's3' } })",
    /hostHeader together with origin access control/,
  ),
  onRequest(
    "cf.mtls.renameClientCertHeaders({ 'Client-Cert': 'Host' })",
    /^cf\.mtls: host can't be/i,
  ),
  onRequest("cf.selectRequestOriginById('nowhere')", /selectRequestOriginById\(\): .*"nowhere"/),
  onRequest(
    "cf.createRequestOriginGroup({ originIds: [{ originId: 'origin' }, { originId: 'nowhere' }], failoverCriteria: { statusCodes: [500] } })",
    /createRequestOriginGroup\(\): .*"nowhere"/,
  ),
  onRequest(
    "cf.createRequestOriginGroup({ originIds: [{ originId: 'origin' }, { originId: 'other' }], failoverCriteria: { statusCodes: [418] } })",
    /createRequestOriginGroup\(\): .*statusCodes/,
  ),
  onRequest("return undefined", /not an object/, { status: 503, failsTest: true }),
  onRequest("request.nothing.here = 1", /TypeError/, { status: 503, failsTest: true }),
  onResponse("return request", "the handler must return a response"),
  onResponse("response.headers.via = { value: '1.1 a' }", "response.headers.via is read-only"),
  onResponse("response.headers.warning = { value: 'a' }", "response.headers.warning is read-only"),
  onResponse("response.headers['x-cache'] = { value: 'x' }", /must not have x-cache/),
  onResponse("response.headers['X-A'] = { value: 'x' }", /header names in lower case/),
  onResponse("response.headers['set-cookie'] = { value: 'a' }", /belongs in response.cookies/),
  onResponse("response.statusCode = 199", "response.statusCode must be between 200 and 599"),
  onResponse("response.statusDescription = 'a\\nb'", /statusDescription must have no control/),
  onResponse("response.body = { encoding: 'base64', data: '*' }", /valid base64/),
  onResponse("return null", /not an object/, { status: 503, failsTest: true }),
];

const passing: readonly (readonly [EventType, does: string, EdgeVerdict, status: number])[] = [
  [
    "viewer-request",
    "request.uri += 'index.html'",
    { does: "ask", method: "GET", target: "/docs/index.html?a=1" },
    200,
  ],
  [
    "viewer-request",
    "cf.selectRequestOriginById('other')",
    { does: "ask", method: "GET", target: "/docs/?a=1", origins: ["127.0.0.1"] },
    200,
  ],
  ["viewer-request", "return { statusCode: 302 }", { does: "answer", status: 302 }, 302],
  ["viewer-response", "response.statusCode = 201", { does: "answer", status: 201 }, 201],
  ["viewer-response", "response.body = ''", { does: "answer", status: 200 }, 200],
];

function sourceOf(does: string): string {
  return `import cf from 'cloudfront';
    function handler(event) {
      var request = event.request, response = event.response;
      ${does};
      return response || request;
    }`;
}

/** What TestFunction is given for the request that viewers send here, and for the origin's response. */
function eventObject(eventType: EventType): string {
  return JSON.stringify({
    version: "1.0",
    context: { eventType },
    viewer: { ip: "127.0.0.1" },
    request: {
      method: "GET",
      uri: "/docs/",
      querystring: { a: { value: "1" } },
      headers: { host: { value: domainName }, "x-sent": { value: "1" } },
      cookies: { b: { value: "2" } },
    },
    ...(eventType === "viewer-response" && {
      response: {
        statusCode: 200,
        statusDescription: "OK",
        headers: {
          "x-from": { value: "a" },
          "content-length": { value: "11" },
          date: { value: "Fri, 02 Jan 2026 03:04:05 GMT" },
        },
        cookies: {},
      },
    }),
  });
}

interface Both {
  readonly reply: Reply;
  /** What the edge gave the function. */
  readonly event: FunctionEvent;
  readonly verdict: EdgeVerdict;
  readonly judged: FunctionEvent;
  readonly sentence: string;
  readonly testError: string;
}

/** One for each event type; what their function does changes. */
const scenes: Readonly<Record<EventType, Scene>> = {
  "viewer-request": await startSceneWith("viewer-request"),
  "viewer-response": await startSceneWith("viewer-response"),
};

async function startSceneWith(eventType: EventType): Promise<Scene> {
  const scene = await startScene(
    { after: after as SceneTest["after"] },
    {
      edgeFunctions: {
        run: (_, given, store, watcher) => {
          event = given;
          return runtime.run(copy, given, store, watcher);
        },
      },
      functions: { fn: eventType },
      origin: ({ url }, response) => {
        response.writeHead(url === "/404" ? 404 : 200, {
          "x-from": "a",
          "content-length": "11",
          date: "Fri, 02 Jan 2026 03:04:05 GMT",
        });
        response.end("from origin");
      },
    },
  );
  scene.setState((state) => {
    const distribution = state.distributions.get("E1");
    assert.ok(distribution);
    const other = originConfig(scene.originPort, { Id: "other" });
    const items = [...(distribution.config.Origins?.Items ?? []), other];
    const config = { ...distribution.config, Origins: { Quantity: items.length, Items: items } };
    return { ...state, distributions: state.distributions.set("E1", { ...distribution, config }) };
  });
  return scene;
}

async function both(eventType: EventType, does: string): Promise<Both> {
  const scene = scenes[eventType];
  copy = copyOf(sourceOf(does));
  const reply = await scene.ask("GET /docs/?a=1 HTTP/1.1", "X-Sent: 1", "Cookie: b=2");
  const runs = runBothWays(runtime, copy, eventObject(eventType));
  const distribution = scene.edge.deployment().state.distributions.get("E1");
  const verdict = edgeVerdict(runs, distribution);
  assert.ok(event);
  return {
    reply,
    event,
    verdict,
    judged: runs.event,
    sentence: verdictSentence(runs.test, verdict),
    testError: runs.test.errorMessage,
  };
}

/** The lines that functions see, in order. */
function visible(headers: readonly string[]): string[] {
  const lines: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headerRules(headers[index] as string).visible;
    if (name !== "") lines.push(`${name}: ${headers[index + 1]}`);
  }
  return lines.toSorted();
}

for (const { eventType, does, because, status = 502, failsTest } of rows) {
  test(`${eventType}: ${does.slice(0, 100)}: ${status}, and TestFunction ${failsTest ? "fails too" : "passes"}`, async () => {
    const { reply, verdict, testError, sentence } = await both(eventType, does);
    assert.equal(testError === "", failsTest !== true, testError);
    assert.equal(verdict.does, "refuse");
    assert.ok(verdict.does === "refuse");
    assert.equal(verdict.status, status);
    assert.equal(reply.status, status, reply.text);
    assert.equal(reply.headers["x-cache"], `${verdict.result} from cloudfront`);
    assert.ok(reply.body.includes(escaped(verdict.page)), reply.body);
    if (typeof because === "string") assert.equal(verdict.because, because);
    else assert.match(verdict.because, because);
    assert.ok(sentence.endsWith(`; at the edge: ${status}, because ${verdict.because}`), sentence);
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>]/g, (character) => `&#${character.codePointAt(0)};`);
}

for (const [eventType, does, expected, status] of passing) {
  test(`${eventType}: ${does}: the edge ${expected.does}s`, async () => {
    const { reply, verdict, testError } = await both(eventType, does);
    assert.equal(testError, "");
    assert.deepEqual(verdict, expected);
    assert.equal(reply.status, status);
  });
}

test("a viewer-response function is not run for an origin's error, whatever it would return", async () => {
  const scene = scenes["viewer-response"];
  const refused = copyOf(sourceOf("response.headers.via = { value: 'a' }"));
  copy = refused;
  event = undefined;
  const reply = await scene.ask("GET /404 HTTP/1.1");
  assert.equal(event, undefined);
  const given = JSON.parse(eventObject("viewer-response")) as { response: { statusCode: number } };
  given.response.statusCode = 404;
  const verdict = edgeVerdict(runBothWays(runtime, refused, JSON.stringify(given)));
  assert.ok(verdict.does === "answer");
  assert.equal(verdict.status, reply.status);
  assert.match(verdict.note ?? "", /no viewer-response function runs/);
});

for (const eventType of ["viewer-request", "viewer-response"] as const) {
  test(`${eventType}: the function is given the same of an event object and of the request that it describes`, async () => {
    const { event, judged } = await both(eventType, "");
    const partsOf = ({ request, response }: FunctionEvent) => ({
      ...request,
      headers: visible(request.headers),
      response: response && { ...response, headers: visible(response.headers) },
    });
    assert.deepEqual(partsOf(judged), partsOf(event));
  });
}

test("without a distribution the helpers' values are judged, and it is said that its origins were not", () => {
  const judge = (does: string) => {
    const fn = copyOf(sourceOf(does));
    return edgeVerdict(runBothWays(runtime, fn, eventObject("viewer-request")));
  };
  const selected = judge("cf.selectRequestOriginById('nowhere')");
  assert.ok(selected.does === "ask");
  assert.deepEqual(selected.origins, ["nowhere"]);
  assert.match(selected.note ?? "", /no distribution was named/);
  const refused = judge("cf.updateRequestOrigin({ connectionAttempts: 4 })");
  assert.ok(refused.does === "refuse");
  assert.equal(refused.status, 502);
});
