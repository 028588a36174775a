import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { publishedOnce } from "../../src/model/function-versions.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { patientWatchdogMs } from "../support/sample-copy.ts";
import { startScene, type Scene, type SceneOptions } from "./viewer-scene.ts";

/** A scene whose functions are customer code, run in isolates. */
async function sceneWith(
  t: TestContext,
  code: { viewerRequest?: string; viewerResponse?: string },
  options: SceneOptions = {},
): Promise<Scene> {
  const runtime = createRuntime({
    now: () => new Date("2026-01-02T03:04:05.000Z"),
    watchdogMs: patientWatchdogMs,
  });
  t.after(() => runtime.close());
  const scene = await startScene(t, {
    ...options,
    runtime,
    functions: {
      ...(code.viewerRequest && { request: "viewer-request" }),
      ...(code.viewerResponse && { response: "viewer-response" }),
    },
  });
  const publish = (name: string, text: string | undefined) => {
    if (text === undefined) return;
    scene.setState((state) => {
      const fn = state.functions.get(name);
      assert.ok(fn?.live);
      const live = { ...fn.live, code: Buffer.from(text).toString("base64") };
      return { ...state, functions: state.functions.set(name, publishedOnce(fn, live)) };
    });
  };
  publish("request", code.viewerRequest);
  publish("response", code.viewerResponse);
  return scene;
}

test("a rewrite of the URI reaches the origin", async (t) => {
  const scene = await sceneWith(t, {
    viewerRequest: `function handler(event) {
      var request = event.request;
      if (request.uri.endsWith('/')) request.uri += 'index.html';
      request.headers['x-seen'] = { value: request.headers.host.value };
      return request;
    }`,
  });
  const reply = await scene.ask("GET /docs/?a=1&b HTTP/1.1", "X-Old: kept", "Cookie: a=1; b=2");
  assert.equal(reply.status, 200);
  const [asked] = scene.asked;
  assert.equal(asked?.url, "/docs/index.html?a=1&b");
  assert.equal(asked?.headers["x-old"], "kept");
  assert.equal(asked?.headers.cookie, "a=1; b=2");
  assert.equal(asked?.headers["x-seen"], "d111111abcdef8.cloudfront.localhost");
  assert.ok(asked?.rawHeaders.includes("X-Seen"));
});

test("cf.mtls takes no certificate's header of the viewer's own making, and its name is not the origin's", async (t) => {
  const scene = await sceneWith(t, {
    viewerRequest: `import cf from 'cloudfront';
    function handler(event) {
      cf.mtls.renameClientCertHeaders({ 'Client-Cert': 'X-Cert' });
      if (event.request.uri === '/twice') {
        cf.updateRequestOrigin({ customHeaders: { 'x-cert': 'mine' } });
      }
      if (event.request.uri === '/host') cf.mtls.renamePemHeaders({ 'Client-Cert': { newHeaderName: 'Host' } });
      return event.request;
    }`,
  });
  const reply = await scene.ask("GET / HTTP/1.1", "Client-Cert: :TEVBRg==:", "X-Cert: forged");
  assert.equal(reply.status, 200);
  assert.equal(scene.asked[0]?.headers["x-cert"], undefined);
  assert.equal(scene.asked[0]?.headers["client-cert"], undefined);
  for (const path of ["/twice", "/host"]) {
    const refused = await scene.ask(`GET ${path} HTTP/1.1`);
    assert.equal(refused.status, 502);
    assert.equal(refused.headers["x-cache"], "FunctionValidationError from cloudfront");
  }
  assert.equal(scene.asked.length, 1);
});

test("parameters and cookies with names like integers reach the origin in their order", async (t) => {
  const scene = await sceneWith(t, {
    viewerRequest: `function handler(event) {
      event.request.querystring.seen = { value: '1' };
      event.request.cookies[9] = { value: 'n' };
      return event.request;
    }`,
  });
  await scene.ask("GET /?b=1&2=x HTTP/1.1", "Cookie: b=1; 2=x");
  assert.equal(scene.asked[0]?.url, "/?b=1&2=x&seen=1");
  assert.equal(scene.asked[0]?.headers.cookie, "2=x; 9=n; b=1", "the origin's are sorted by name");
});

test("text beyond ASCII that a function writes is sent as UTF-8", async (t) => {
  const scene = await sceneWith(t, {
    viewerRequest: `function handler(event) {
      var request = event.request;
      request.headers['x-new'] = { value: 'gr\\u00fcn \\u65e5' };
      request.uri = '/caf\\u00e9';
      return request;
    }`,
  });
  await scene.ask("GET / HTTP/1.1");
  const { headers, url } = scene.asked[0] ?? {};
  assert.equal(Buffer.from(String(headers?.["x-new"]), "latin1").toString("utf8"), "grün 日");
  assert.equal(url, "/caf%C3%A9");
});

test("a response of a function's own making", async (t) => {
  const scene = await sceneWith(t, {
    viewerRequest: `function handler(event) {
      return {
        statusCode: 302,
        statusDescription: 'Found',
        headers: { location: { value: '/new?from=' + event.request.uri } },
        cookies: { seen: { value: '1', attributes: 'Secure; Path=/' } }
      };
    }`,
  });
  const reply = await scene.ask("GET /old HTTP/1.1");
  assert.equal(reply.status, 302);
  assert.equal(reply.headers["location"], "/new?from=/old");
  assert.equal(reply.headers["set-cookie"], "seen=1; Secure; Path=/");
  assert.equal(reply.headers["content-length"], "0");
  assert.equal(reply.headers["x-cache"], "FunctionGeneratedResponse from cloudfront");
});

test("headers that a viewer-response function adds, beside the origin's", async (t) => {
  const scene = await sceneWith(
    t,
    {
      viewerResponse: `function handler(event) {
        var response = event.response;
        response.headers['strict-transport-security'] = { value: 'max-age=1' };
        delete response.headers['x-powered-by'];
        return response;
      }`,
    },
    {
      origin: (_, response) => {
        response.writeHead(200, ["X-Powered-By", "x", "ETag", '"a"', "Set-Cookie", "a=b"]);
        response.end("body");
      },
    },
  );
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(reply.body, "body");
  assert.ok(reply.names.includes("Strict-Transport-Security"));
  assert.equal(reply.headers["x-powered-by"], undefined);
  assert.equal(reply.headers["etag"], '"a"');
  assert.equal(reply.headers["set-cookie"], "a=b");
});

const failures: [name: string, code: string, status: number, xCache: string][] = [
  ["throws", "function handler() { throw new Error('no'); }", 503, "FunctionExecutionError"],
  ["does not compile", "function handler( {", 503, "FunctionExecutionError"],
  ["never ends", "function handler() { while (true) {} }", 503, "FunctionExecutionError"],
  ["returns nothing", "function handler() {}", 503, "FunctionValidationError"],
  [
    "returns a request with a body",
    "function handler(e) { e.request.body = 'x'; return e.request; }",
    502,
    "FunctionValidationError",
  ],
  [
    "breaks a line in a header",
    "function handler(e) { e.request.headers['x-a'] = { value: 'a\\r\\nb: c' }; return e.request; }",
    502,
    "FunctionValidationError",
  ],
  [
    "changes Host",
    "function handler(e) { e.request.headers.host = { value: 'b' }; return e.request; }",
    502,
    "FunctionValidationError",
  ],
];

for (const [name, viewerRequest, status, xCache] of failures) {
  test(`a function that ${name} is answered with ${status}`, async (t) => {
    const scene = await sceneWith(t, { viewerRequest });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, status);
    assert.equal(reply.headers["x-cache"], `${xCache} from cloudfront`);
    assert.equal(scene.asked.length, 0);
  });
}

test("updateRequestOrigin() sends the request to another host, port and path", async (t) => {
  const other = await startScene(t, { origin: (_, response) => response.end("other") });
  const scene = await sceneWith(t, {
    viewerRequest: `import cf from 'cloudfront';
      function handler(event) {
        cf.updateRequestOrigin({
          domainName: 'localhost',
          originPath: '/v2',
          customHeaders: { 'x-tenant': 'a' },
          customOriginConfig: { port: ${other.originPort}, protocol: 'http', sslProtocols: ['TLSv1.2'] }
        });
        return event.request;
      }`,
  });
  const reply = await scene.ask("GET /a HTTP/1.1");
  assert.equal(reply.body, "other");
  assert.equal(other.asked[0]?.url, "/v2/a");
  assert.equal(other.asked[0]?.headers.host, "localhost");
  assert.equal(other.asked[0]?.headers["x-tenant"], "a");
});

test("an origin change that breaks a rule is answered with 502", async (t) => {
  const scene = await sceneWith(t, {
    viewerRequest: `import cf from 'cloudfront';
      function handler(event) {
        cf.updateRequestOrigin({ domainName: '127.0.0.1' });
        return event.request;
      }`,
  });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(reply.status, 502);
  assert.equal(reply.headers["x-cache"], "FunctionValidationError from cloudfront");
  assert.match(
    reply.body,
    /The CloudFront function returned an invalid value for origin rewrite\./,
  );
  assert.equal(scene.asked.length, 0);
});
