/** What a behavior's response headers policy does to its answers, over sockets. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { test } from "node:test";
import { domainName, listenOn, startScene, type Reply } from "../edge/viewer-scene.ts";
import { startSecureScene } from "../tls/secure-scene.ts";
import { custom, listOf, startPolicyScene, type PolicyConfig } from "./headers-policy-scene.ts";

type Cors = NonNullable<PolicyConfig["CorsConfig"]>;

function cors(changes: Partial<Cors> = {}): Partial<PolicyConfig> {
  return {
    CorsConfig: {
      AccessControlAllowOrigins: listOf("https://app.example"),
      AccessControlAllowHeaders: listOf("x-token", "x-amz-*"),
      AccessControlAllowMethods: listOf("GET", "PUT"),
      AccessControlExposeHeaders: listOf("x-shown"),
      AccessControlAllowCredentials: false,
      AccessControlMaxAgeSec: 600,
      OriginOverride: true,
      ...changes,
    },
  };
}

function answering(headers: Readonly<Record<string, string>>, status = 200) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers);
    response.end("from origin");
  };
}

function corsHeaders({ headers }: Reply): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );
}

const fromApp = "Origin: https://app.example";
const preflight = [fromApp, "Access-Control-Request-Method: PUT"];

test("CORS headers answer requests with an Origin, and those of the preflight only OPTIONS", async (t) => {
  const { ask, asked } = await startPolicyScene(t, cors());
  assert.deepEqual(corsHeaders(await ask("GET / HTTP/1.1")), {});
  const simple = {
    "access-control-allow-origin": "https://app.example",
    "access-control-expose-headers": "x-shown",
    vary: "Origin",
  };
  assert.deepEqual(corsHeaders(await ask("GET / HTTP/1.1", fromApp)), simple);
  const wanted = "Access-Control-Request-Headers: x-token, x-amz-date, x-other";
  assert.deepEqual(corsHeaders(await ask("OPTIONS / HTTP/1.1", ...preflight, wanted)), {
    ...simple,
    "access-control-allow-methods": "GET, PUT",
    "access-control-allow-headers": "x-token, x-amz-date",
    "access-control-max-age": "600",
  });
  // The edge answers no preflight by itself.
  assert.equal(asked.at(-1)?.method, "OPTIONS");
});

test("an Origin that is not in the list gets no CORS headers of the policy", async (t) => {
  const { ask } = await startPolicyScene(t, cors());
  assert.deepEqual(corsHeaders(await ask("GET / HTTP/1.1", "Origin: https://b.example")), {});
  const two = await ask("GET / HTTP/1.1", fromApp, "Origin: https://b.example");
  assert.deepEqual(corsHeaders(two), {});
});

test("origins are matched by pattern, and the one that asks is named back", async (t) => {
  const origins = listOf("https://*.example:8*");
  const { ask } = await startPolicyScene(t, cors({ AccessControlAllowOrigins: origins }));
  const answerTo = async (origin: string) =>
    (await ask("GET / HTTP/1.1", `Origin: ${origin}`)).headers["access-control-allow-origin"];
  assert.equal(await answerTo("https://a.example:8080"), "https://a.example:8080");
  assert.equal(await answerTo("https://a.example"), undefined);
  assert.equal(await answerTo("http://a.example:8080"), undefined);
});

test("* is answered as it is, without Vary, and credentials are allowed where the policy says so", async (t) => {
  const { ask, setPolicy } = await startPolicyScene(
    t,
    cors({ AccessControlAllowOrigins: listOf("*") }),
  );
  const { headers } = await ask("GET / HTTP/1.1", fromApp);
  assert.equal(headers["access-control-allow-origin"], "*");
  assert.equal(headers["vary"], undefined);
  assert.equal(headers["access-control-allow-credentials"], undefined);
  setPolicy(cors({ AccessControlAllowCredentials: true }));
  const credentials = await ask("GET / HTTP/1.1", fromApp);
  assert.equal(credentials.headers["access-control-allow-credentials"], "true");
});

test("Vary gets Origin beside what the origin says, once", async (t) => {
  for (const [vary, after] of [
    ["Accept-Encoding", "Accept-Encoding, Origin"],
    ["accept-encoding, origin", "accept-encoding, origin"],
  ] as const) {
    const { ask } = await startPolicyScene(t, cors(), { origin: answering({ vary }) });
    assert.equal((await ask("GET / HTTP/1.1", fromApp)).headers["vary"], after);
  }
});

test("without OriginOverride any CORS header of the origin keeps all of the policy's away", async (t) => {
  const origin = answering({ "Access-Control-Max-Age": "5" });
  const { ask } = await startPolicyScene(t, cors({ OriginOverride: false }), { origin });
  const kept = { "access-control-max-age": "5" };
  assert.deepEqual(corsHeaders(await ask("GET / HTTP/1.1", fromApp)), kept);
  assert.deepEqual(corsHeaders(await ask("OPTIONS / HTTP/1.1", ...preflight)), kept);
});

test("without OriginOverride the policy's count where the origin has none, or they are removed", async (t) => {
  const own = cors({ OriginOverride: false });
  const plain = await startPolicyScene(t, own);
  const answer = await plain.ask("GET / HTTP/1.1", fromApp);
  assert.equal(answer.headers["access-control-allow-origin"], "https://app.example");
  const removed = { RemoveHeadersConfig: listOf({ Header: "Access-Control-Allow-Origin" }) };
  const origin = answering({ "Access-Control-Allow-Origin": "https://other.example" });
  const { ask } = await startPolicyScene(t, { ...own, ...removed }, { origin });
  const instead = await ask("GET / HTTP/1.1", fromApp);
  assert.equal(instead.headers["access-control-allow-origin"], "https://app.example");
});

test("with OriginOverride the policy's take the place of the origin's of the same name, and of no others", async (t) => {
  const origin = answering({
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Private-Network": "true",
  });
  const { ask } = await startPolicyScene(t, cors(), { origin });
  assert.deepEqual(corsHeaders(await ask("GET / HTTP/1.1", fromApp)), {
    "access-control-allow-origin": "https://app.example",
    "access-control-allow-private-network": "true",
    "access-control-expose-headers": "x-shown",
    vary: "Origin",
  });
});

const everySecurityHeader: Partial<PolicyConfig> = {
  SecurityHeadersConfig: {
    XSSProtection: { Override: true, Protection: true, ReportUri: "https://report.example" },
    FrameOptions: { Override: false, FrameOption: "DENY" },
    ReferrerPolicy: { Override: true, ReferrerPolicy: "no-referrer" },
    ContentTypeOptions: { Override: false },
    StrictTransportSecurity: { Override: true, AccessControlMaxAgeSec: 63_072_000 },
    ContentSecurityPolicy: { Override: false, ContentSecurityPolicy: "default-src 'none'" },
  },
};

test("security headers are added, but for Strict-Transport-Security over http", async (t) => {
  const { ask } = await startPolicyScene(t, everySecurityHeader);
  const { headers } = await ask("GET / HTTP/1.1");
  assert.equal(headers["x-xss-protection"], "1; report=https://report.example");
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["content-security-policy"], "default-src 'none'");
  assert.equal(headers["strict-transport-security"], undefined);
});

test("Strict-Transport-Security is added over https", async (t) => {
  const scene = await startSecureScene(t, {
    behavior: { ResponseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03" },
  });
  const secure = await scene.askSecurely("/", domainName);
  assert.equal(secure.headers["strict-transport-security"], "max-age=31536000");
  const plain = await scene.ask("GET / HTTP/1.1");
  assert.equal(plain.headers["strict-transport-security"], undefined);
});

test("security and custom headers replace the origin's where they override, and else give way", async (t) => {
  const origin = answering({
    "X-Frame-Options": "SAMEORIGIN",
    "referrer-policy": "origin",
    "X-A": "origin's",
    "X-B": "origin's",
  });
  const policy = { ...everySecurityHeader, ...custom({ "x-a": "own", "x-b!": "own", "X-C": "" }) };
  const { ask } = await startPolicyScene(t, policy, { origin });
  const { headers, text } = await ask("GET / HTTP/1.1");
  assert.equal(headers["x-frame-options"], "SAMEORIGIN");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["x-a"], "origin's");
  assert.equal(headers["x-b"], "own");
  assert.match(text, /\r\nX-C: ?\r\n/);
});

test("removal comes first: what is removed and added is there, and Server and Date become the edge's own", async (t) => {
  const origin = answering({
    Server: "nginx",
    Date: "Sat, 01 Jan 2000 00:00:00 GMT",
    "X-Powered-By": "anything",
    "X-A": "origin's",
  });
  const removed = ["server", "date", "x-powered-by", "x-a"].map((Header) => ({ Header }));
  const policy = { ...custom({ "X-A": "own" }), RemoveHeadersConfig: listOf(...removed) };
  const { ask } = await startPolicyScene(t, policy, { origin });
  const { headers } = await ask("GET / HTTP/1.1");
  assert.equal(headers["server"], "CloudFront");
  assert.equal(headers["date"], "Fri, 02 Jan 2026 03:04:05 GMT");
  assert.equal(headers["x-powered-by"], undefined);
  assert.equal(headers["x-a"], "own");
});

test("what is kept is the origin's: each hit is changed by the policy of its time and its own request", async (t) => {
  const origin = answering({ "cache-control": "max-age=60", "x-a": "origin's" });
  const policy = { ...custom({ "x-a!": "own" }), ...cors() };
  const { ask, asked, setPolicy } = await startPolicyScene(t, policy, { origin, keeps: true });
  await ask("GET / HTTP/1.1");
  for (let count = 0; count < 3; count += 1) {
    const plain = await ask("GET / HTTP/1.1");
    assert.equal(plain.headers["x-cache"], "Hit from cloudfront");
    assert.equal(plain.headers["x-a"], "own");
    assert.deepEqual(corsHeaders(plain), {});
    const crossing = await ask("GET / HTTP/1.1", fromApp);
    assert.equal(crossing.headers["access-control-allow-origin"], "https://app.example");
  }
  setPolicy({ RemoveHeadersConfig: listOf({ Header: "X-A" }, { Header: "Age" }) });
  const changed = await ask("GET / HTTP/1.1", fromApp);
  assert.equal(changed.headers["x-a"], undefined);
  assert.equal(changed.headers["age"], undefined);
  assert.deepEqual(corsHeaders(changed), {});
  setPolicy({ RemoveHeadersConfig: listOf() });
  const unchanged = await ask("GET / HTTP/1.1");
  assert.equal(unchanged.headers["x-a"], "origin's");
  assert.equal(unchanged.headers["age"], "0");
  assert.equal(asked.length, 1);
});

test("304, 206 and 416 have the policy's headers as well", async (t) => {
  const origin = answering({ "cache-control": "max-age=60", etag: '"a"', "content-length": "11" });
  const { ask } = await startPolicyScene(t, custom({ "x-a": "own" }), { origin, keeps: true });
  await ask("GET / HTTP/1.1");
  for (const [line, status] of [
    ['If-None-Match: "a"', 304],
    ["Range: bytes=0-3", 206],
    ["Range: bytes=99-", 416],
  ] as const) {
    const answer = await ask("GET / HTTP/1.1", line);
    assert.equal(answer.status, status);
    assert.equal(answer.headers["x-a"], "own", line);
  }
});

test("an origin's errors, custom error pages and the edge's own pages have the policy's headers, once", async (t) => {
  const origin = (message: IncomingMessage, response: ServerResponse): void => {
    if (message.url === "/broken") return void message.socket.destroy();
    const status = message.url === "/error.html" ? 200 : 404;
    answering({}, message.url === "/503" ? 503 : status)(message, response);
  };
  const { ask } = await startPolicyScene(t, custom({ "x-a": "own" }), {
    origin,
    config: {
      CustomErrorResponses: listOf({
        ErrorCode: 404,
        ResponseCode: "200",
        ResponsePagePath: "/error.html",
      }),
    },
    behavior: {
      AllowedMethods: { ...listOf("GET", "HEAD"), CachedMethods: listOf("GET", "HEAD") },
    },
  });
  for (const [line, status] of [
    ["GET /503 HTTP/1.1", 503],
    ["GET /404 HTTP/1.1", 200],
    ["GET /broken HTTP/1.1", 502],
    ["PUT / HTTP/1.1", 403],
  ] as const) {
    const answer = await ask(line);
    assert.equal(answer.status, status);
    assert.equal(answer.headers["x-a"], "own", line);
  }
  const unknown = await ask("GET / HTTP/1.1", "Host: elsewhere.test");
  assert.equal(unknown.headers["x-a"], undefined);
});

test("redirects to https and functions' responses and failures have the policy's headers", async (t) => {
  const policy = custom({ "x-a": "own" });
  const redirecting = await startPolicyScene(t, policy, {
    behavior: { ViewerProtocolPolicy: "redirect-to-https" },
  });
  const redirect = await redirecting.ask("GET / HTTP/1.1");
  assert.equal(redirect.status, 301);
  assert.equal(redirect.headers["x-a"], "own");

  const { ask } = await startPolicyScene(t, policy, {
    viewerRequest: ({ request }) =>
      request.uri === "/fails"
        ? { type: "execution-error", message: "" }
        : {
            type: "response",
            response: { statusCode: 200, statusDescription: "", headers: [] },
          },
  });
  const generated = await ask("GET / HTTP/1.1");
  assert.equal(generated.headers["x-cache"], "FunctionGeneratedResponse from cloudfront");
  assert.equal(generated.headers["x-a"], "own");
  assert.equal((await ask("GET /fails HTTP/1.1")).headers["x-a"], "own");
});

test("a viewer-response function sees the policy's headers and has the last word", async (t) => {
  const seen: string[] = [];
  const { ask } = await startPolicyScene(t, custom({ "X-A": "own", "X-B": "own" }), {
    viewerResponse: ({ request, response }) => {
      if (request.uri === "/fails") return { type: "execution-error", message: "" };
      const headers = [...(response?.headers ?? [])];
      seen.push(...headers.filter((_, index) => index % 2 === 0));
      headers.splice(headers.indexOf("X-A"), 2);
      headers[headers.indexOf("X-B") + 1] = "the function's";
      return {
        type: "response",
        response: { statusCode: 200, statusDescription: "OK", headers },
      };
    },
  });
  const { headers } = await ask("GET / HTTP/1.1");
  assert.ok(seen.includes("X-A"));
  assert.equal(headers["x-a"], undefined);
  assert.equal(headers["x-b"], "the function's");
  // The page that stands in for a failed function's answer is another answer.
  assert.equal((await ask("GET /fails HTTP/1.1")).headers["x-a"], "own");
});

test("AWS's own policies are there without anything having been created", async (t) => {
  const scene = await startScene(t, {
    behavior: { ResponseHeadersPolicyId: "eaab4381-ed33-4a86-88ca-d9558dc6cd63" },
  });
  const { headers } = await scene.ask("OPTIONS / HTTP/1.1", ...preflight);
  const managed = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
    "access-control-allow-headers": "*",
    "access-control-expose-headers": "*",
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "x-xss-protection": "1; mode=block",
  };
  for (const [name, value] of Object.entries(managed)) assert.equal(headers[name], value, name);
  assert.equal(headers["vary"], undefined);
});

test("a WebSocket's handshake has the policy's headers, and its connection goes on", async (t) => {
  const origin = createServer().on("upgrade", (_message, socket: Socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n");
    socket.end("Connection: Upgrade\r\nX-B: origin's\r\n\r\nhello");
  });
  const policy = { ...custom({ "x-a": "own" }), RemoveHeadersConfig: listOf({ Header: "X-B" }) };
  const { ask } = await startPolicyScene(t, policy, { originPort: await listenOn(t, origin) });
  const { status, headers, body } = await ask(
    "GET / HTTP/1.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  );
  assert.deepEqual(
    [status, headers["x-a"], headers["x-b"], body],
    [101, "own", undefined, "hello"],
  );
});

test("a behavior's policy is its own: another behavior's answers have nothing of it", async (t) => {
  const { ask } = await startPolicyScene(t, custom({ "x-a": "own" }), {
    config: {
      CacheBehaviors: listOf({
        PathPattern: "/plain/*",
        TargetOriginId: "origin",
        ViewerProtocolPolicy: "allow-all" as const,
        CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
      }),
    },
  });
  assert.equal((await ask("GET / HTTP/1.1")).headers["x-a"], "own");
  assert.equal((await ask("GET /plain/a HTTP/1.1")).headers["x-a"], undefined);
  assert.equal((await ask("GET / HTTP/1.1", `Host: ${domainName}`)).headers["x-a"], "own");
});

test("what the edge says of itself is said once, whatever a policy adds", async (t) => {
  const own = { "Age!": "policy", "Via!": "policy", "X-Cache!": "policy", "x-amz-cf-id": "policy" };
  const { ask } = await startPolicyScene(t, custom({ ...own, "X-Amz-Cf-Pop!": "policy" }), {
    keeps: true,
  });
  for (const result of ["Miss", "Hit"]) {
    const { headers, names } = await ask("GET / HTTP/1.1");
    assert.equal(headers["x-cache"], `${result} from cloudfront`);
    const lower = names.map((name) => name.toLowerCase());
    assert.equal(new Set(lower).size, lower.length, lower.join());
    assert.doesNotMatch(Object.values(headers).join(), /policy/);
    assert.equal(headers["age"], result === "Hit" ? "0" : undefined);
  }
});
