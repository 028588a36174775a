import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allViewer,
  behavior,
  cachingDisabled,
  type Behavior,
} from "../../../test/edge/viewer-scene.ts";
import type { Edge } from "../edge.ts";
import { viewerHeaders } from "../request/viewer-headers.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { forwardingOf } from "../deployment/forward-selection.ts";
import { managedPolicies } from "../deployment/policies.ts";
import { originRequest } from "./origin-request.ts";
import {
  customHeaders,
  originSettings,
  type OriginSettings,
} from "../deployment/origin-settings.ts";

const edge = { viaName: "edge.cloudfront.net (CloudFront)" } as Edge;

const origin = originSettings({
  Id: "origin",
  DomainName: "Origin.example.com",
  OriginPath: "/prod",
  CustomHeaders: { Quantity: 1, Items: [{ HeaderName: "X-Secret", HeaderValue: "key" }] },
});

const legacy = (values: Behavior["ForwardedValues"], more: Partial<Behavior> = {}) =>
  behavior({
    CachePolicyId: undefined,
    OriginRequestPolicyId: undefined,
    ForwardedValues: values,
    ...more,
  });
const legacyDefault = legacy({ QueryString: false, Cookies: { Forward: "none" } });
const legacyHeaders = (...names: string[]) =>
  legacy({
    QueryString: false,
    Cookies: { Forward: "none" },
    Headers: { Quantity: names.length, Items: names },
  });
const policies = (CachePolicyId: string, OriginRequestPolicyId?: string) =>
  behavior({ CachePolicyId, OriginRequestPolicyId });
const noForwarding = policies(cachingDisabled);
const everything = policies(cachingDisabled, allViewer);
const exceptHost = policies(cachingDisabled, "b689b0a8-53d0-40ab-baf2-68738e2966ac");
const cors = policies(cachingDisabled, "59781a5b-3903-41f3-afcb-af62929ccde1");
const hostOnly = policies(cachingDisabled, "bf0718e1-ba1e-49d1-88b1-f726733018ae");
const agentOnly = policies(cachingDisabled, "acba4595-bd28-49b8-b9fe-13317c0390fa");
const optimized = policies("658327ea-f89d-4fab-a63d-7e88639e58f6");
const optimizedForAll = policies("658327ea-f89d-4fab-a63d-7e88639e58f6", allViewer);
const mediaPackage = policies("08627262-05a9-4f76-9ded-b50ca2e3a84f");
const amplify = policies("2e54312d-136d-493c-8eb9-b001f22f67d2");
const withEdgeHeaders = policies(cachingDisabled, "33f36d7e-f396-46d9-90e0-52428a34d9dc");

interface Given {
  readonly headers?: readonly string[];
  readonly querystring?: string;
  readonly method?: string;
  readonly viewer?: Partial<ViewerRequest>;
  readonly origin?: OriginSettings;
}

function requestFor(using: Behavior, given: Given = {}) {
  const headers = ["Host", "www.example.com:8080", ...(given.headers ?? [])];
  const viewer = {
    id: "ID==",
    method: given.method ?? "GET",
    path: "/a",
    querystring: given.querystring,
    headers,
    hostHeader: "www.example.com:8080",
    host: "www.example.com",
    scheme: "http",
    tls: undefined,
    httpVersion: "1.1",
    ip: "192.0.2.1",
    port: 5000,
    connectionNames: new Set<string>(),
    isConditional: false,
    hasEdgeHeaders: headers.some((name) => /^cloudfront-/i.test(name)),
    hasVersionCookies: false,
    edgesPassed: 0,
    contentLength: undefined,
    headBytes: 100,
    hasBody: false,
    isWebSocket: false,
    ...given.viewer,
  } satisfies ViewerRequest;
  const forwarding = forwardingOf(using, managedPolicies);
  const asked = {
    path: "/a",
    querystring: given.querystring,
    headers: viewerHeaders({ request: viewer, viewerPlace: {} }, { forwarding } as Parameters<
      typeof viewerHeaders
    >[1]),
  };
  const requester = {
    ...viewer,
    body: undefined,
    wanted: { isOver: false, whenOver() {} },
    attempts: [],
  };
  return originRequest(asked, requester, forwarding, given.origin ?? origin, edge.viaName);
}

/** The values of one header, joined; undefined when the origin doesn't get it. */
function sent(name: string, using: Behavior, given: Given = {}): string | undefined {
  const { headers } = requestFor(using, given);
  const values = headers.filter(
    (_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name.toLowerCase(),
  );
  return values.length === 0 ? undefined : values.join(" | ");
}

test("originRequest() puts the origin's path before the request's", () => {
  assert.equal(requestFor(noForwarding).path, "/prod/a");
});

const withLegacy: [name: string, value: string, method: string, reaches: string | undefined][] = [
  ["Accept", "text/html", "GET", undefined],
  ["Accept-Charset", "utf-8", "GET", undefined],
  ["Accept-Language", "de", "GET", undefined],
  ["Accept-Encoding", "gzip", "GET", undefined],
  ["Authorization", "Basic x", "GET", undefined],
  ["Authorization", "Basic x", "HEAD", undefined],
  ["Authorization", "Basic x", "OPTIONS", "Basic x"],
  ["Authorization", "Basic x", "POST", "Basic x"],
  ["Authorization", "Basic x", "DELETE", "Basic x"],
  ["Cache-Control", "no-cache", "GET", "no-cache"],
  ["Pragma", "no-cache", "GET", "no-cache"],
  ["Content-MD5", "x", "PUT", "x"],
  ["Content-Type", "text/plain", "PUT", "text/plain"],
  ["Cookie", "a=b", "GET", undefined],
  ["Date", "today", "GET", "today"],
  ["From", "me", "GET", "me"],
  ["Expect", "100-continue", "PUT", undefined],
  ["If-Match", '"a"', "GET", '"a"'],
  ["If-Modified-Since", "x", "GET", "x"],
  ["If-None-Match", '"a"', "GET", '"a"'],
  ["If-Range", '"a"', "GET", '"a"'],
  ["If-Unmodified-Since", "x", "GET", "x"],
  ["Max-Forwards", "1", "GET", "1"],
  ["Origin", "https://a", "GET", "https://a"],
  ["Proxy-Authenticate", "x", "GET", undefined],
  ["Proxy-Authorization", "x", "GET", undefined],
  ["Proxy-Connection", "close", "GET", undefined],
  ["Range", "bytes=0-1", "GET", "bytes=0-1"],
  ["Referer", "https://a", "GET", undefined],
  ["Request-Range", "bytes=0-1", "GET", "bytes=0-1"],
  ["TE", "trailers", "GET", undefined],
  ["Trailer", "x", "GET", undefined],
  ["Transfer-Encoding", "chunked", "POST", undefined],
  ["Keep-Alive", "timeout=5", "GET", undefined],
  ["Upgrade", "h2c", "GET", undefined],
  ["HTTP2-Settings", "x", "GET", undefined],
  ["User-Agent", "Mozilla", "GET", "Amazon CloudFront"],
  ["Warning", "x", "GET", "x"],
  ["X-Amz-Cf-Id", "forged", "GET", "ID=="],
  ["X-Edge-Location", "x", "GET", undefined],
  ["X-Forwarded-Proto", "https", "GET", undefined],
  ["X-Real-IP", "x", "GET", undefined],
  ["X-HTTP-Method-Override", "PUT", "POST", undefined],
  ["X-Anything", "x", "GET", "x"],
  ["constructor", "x", "GET", "x"],
  ["CloudFront-Viewer-Country", "DE", "GET", undefined],
];

for (const [name, value, method, reaches] of withLegacy) {
  const what = reaches === undefined ? "keeps back" : `sends "${reaches}" for`;
  test(`originRequest() ${what} ${name} of a ${method} without settings for it`, () => {
    assert.equal(sent(name, legacyDefault, { method, headers: [name, value] }), reaches);
  });
}

const withPolicies: [name: string, value: string, using: Behavior, reaches: string | undefined][] =
  [
    ["X-Anything", "x", noForwarding, undefined],
    ["X-Anything", "x", everything, "x"],
    ["X-Anything", "x", exceptHost, "x"],
    ["X-Anything", "x", cors, undefined],
    ["Cache-Control", "no-cache", noForwarding, "no-cache"],
    ["Origin", "https://a", noForwarding, "https://a"],
    ["Origin", "https://a", cors, "https://a"],
    ["Origin", "https://a", mediaPackage, "https://a"],
    ["Accept", "text/html", everything, "text/html"],
    ["Referer", "https://a", agentOnly, "https://a"],
    ["User-Agent", "Mozilla", agentOnly, "Mozilla"],
    ["User-Agent", "Mozilla", everything, "Mozilla"],
    ["User-Agent", "Mozilla", noForwarding, "Amazon CloudFront"],
    ["Authorization", "Basic x", noForwarding, undefined],
    ["Authorization", "Basic x", everything, "Basic x"],
    ["Authorization", "Basic x", amplify, "Basic x"],
    ["Accept-Encoding", "gzip, deflate, br", noForwarding, undefined],
    ["Accept-Encoding", "gzip, deflate, br", everything, "gzip, deflate, br"],
    ["Accept-Encoding", "gzip, deflate, br", optimized, "br,gzip"],
    ["Accept-Encoding", "gzip, deflate, br", optimizedForAll, "br,gzip"],
    ["Accept-Encoding", "gzip", optimized, "gzip"],
    ["Accept-Encoding", "br", optimized, "br"],
    ["Accept-Encoding", "deflate", optimized, "identity"],
    ["Accept-Encoding", "gzip;q=0, br;q=0.5", optimized, "br"],
    ["Accept-Encoding", "*", optimized, "identity"],
    ["Accept-Encoding", "gzip, br", mediaPackage, "gzip"],
    ["Connection", "keep-alive", everything, undefined],
    ["X-Forwarded-Proto", "https", everything, undefined],
    ["X-Edge-A", "x", everything, undefined],
    ["CloudFront-Viewer-Country", "DE", everything, undefined],
    ["CloudFront-Viewer-Country", "DE", withEdgeHeaders, undefined],
    ["CloudFront-Forwarded-Proto", "https", withEdgeHeaders, "http"],
    ["CloudFront-Is-Mobile-Viewer", "true", withEdgeHeaders, "false"],
    ["X-Secret", "forged", everything, "key"],
    ["x-secret", "forged", legacyDefault, "key"],
    ["X-A", "x", legacyHeaders("*"), "x"],
    ["Accept", "x", legacyHeaders("*"), "x"],
    ["Accept", "x", legacyHeaders("accept"), "x"],
    ["Accept-Language", "x", legacyHeaders("accept"), undefined],
  ];

for (const [name, value, using, reaches] of withPolicies) {
  const { CachePolicyId, OriginRequestPolicyId, ForwardedValues } = using;
  const setting = ForwardedValues?.Headers?.Items ?? [CachePolicyId, OriginRequestPolicyId];
  test(`originRequest() sends ${reaches} for ${name}: ${value} with ${setting.join(" and ")}`, () => {
    assert.equal(sent(name, using, { headers: [name, value] }), reaches);
  });
}

test("originRequest() sends Host as the setting says", () => {
  assert.equal(sent("host", noForwarding), "origin.example.com");
  assert.equal(sent("host", exceptHost), "origin.example.com");
  assert.equal(sent("host", everything), "www.example.com:8080");
  assert.equal(sent("host", hostOnly), "www.example.com:8080");
  assert.equal(sent("host", legacyHeaders("Host")), "www.example.com:8080");
});

test("originRequest() sends the Host that a function has set for the origin", () => {
  const changed = { ...origin, hostHeader: "tenant.example.com" };
  const request = requestFor(everything, { origin: changed });
  assert.equal(request.headers[1], "tenant.example.com");
  assert.equal(request.serverName, "tenant.example.com");
});

test("originRequest() appends itself to Via and the viewer to X-Forwarded-For", () => {
  assert.equal(sent("via", noForwarding), "1.1 edge.cloudfront.net (CloudFront)");
  assert.equal(sent("x-forwarded-for", noForwarding), "192.0.2.1");
  const headers = [
    "Via",
    "1.0 proxy",
    "X-Forwarded-For",
    "10.0.0.1",
    "x-forwarded-for",
    "10.0.0.2",
  ];
  assert.equal(
    sent("via", everything, { headers }),
    "1.0 proxy, 1.1 edge.cloudfront.net (CloudFront)",
  );
  assert.equal(sent("x-forwarded-for", everything, { headers }), "10.0.0.1, 10.0.0.2, 192.0.2.1");
});

test("originRequest() sends the origin's custom headers in the place of its own", () => {
  const items = Object.entries({ "User-Agent": "mine", "X-Forwarded-For": "10.0.0.9" });
  const changed = { ...origin, ...customHeaders(items) };
  const headers = ["User-Agent", "curl", "X-Forwarded-For", "10.0.0.1"];
  for (const using of [everything, noForwarding]) {
    assert.equal(sent("user-agent", using, { headers, origin: changed }), "mine");
    assert.equal(sent("x-forwarded-for", using, { headers, origin: changed }), "10.0.0.9");
  }
});

test("originRequest() keeps custom headers about the connection to itself", () => {
  const items = Object.entries({ Expect: "100-continue", "Keep-Alive": "timeout=5" });
  const changed = { ...origin, ...customHeaders(items) };
  assert.equal(sent("expect", everything, { origin: changed }), undefined);
  assert.equal(sent("keep-alive", everything, { origin: changed }), undefined);
});

test("originRequest() drops headers that Connection names", () => {
  const connectionNames = new Set(["x-hop", "close"]);
  const given = { headers: ["X-Hop", "a", "X-End", "b"], viewer: { connectionNames } };
  assert.equal(sent("x-hop", everything, given), undefined);
  assert.equal(sent("x-end", everything, given), "b");
});

test("originRequest() keeps every line of a repeated header", () => {
  assert.equal(sent("x-a", everything, { headers: ["X-A", "1", "x-a", "2"] }), "1 | 2");
});

test("originRequest() reads all lines of Accept-Encoding, and sends one", () => {
  const headers = ["Accept-Encoding", "gzip;q=0", "X-A", "b", "accept-encoding", "br"];
  assert.equal(sent("accept-encoding", optimized, { headers }), "br");
  assert.equal(sent("accept-encoding", everything, { headers }), "gzip;q=0 | br");
});

test("originRequest() tells a device by all lines of User-Agent", () => {
  const headers = ["User-Agent", "a", "user-agent", "iPad"];
  assert.equal(sent("cloudfront-is-tablet-viewer", withEdgeHeaders, { headers }), "true");
});

test("originRequest() removes Accept-Encoding of an HTTP/1.0 viewer", () => {
  const given = { headers: ["Accept-Encoding", "gzip"], viewer: { httpVersion: "1.0" as const } };
  assert.equal(sent("accept-encoding", everything, given), undefined);
});

test("originRequest() sends well-formed cookies, sorted by name, where cookies are forwarded", () => {
  const headers = ["Cookie", "z=; b=2; $Version=1; c", "Cookie", "a=1;b=3"];
  assert.equal(sent("cookie", everything, { headers }), "a=1; b=2; b=3; z=");
  assert.equal(sent("cookie", noForwarding, { headers }), undefined);
});

test("originRequest() sends the cookies that ForwardedValues lists, with wildcards", () => {
  const using = legacy({
    QueryString: false,
    Cookies: {
      Forward: "whitelist",
      WhitelistedNames: { Quantity: 2, Items: ["session", "user-*"] },
    },
  });
  const headers = ["Cookie", "user-b=2; other=x; session=1; user-a=3; Session=4"];
  assert.equal(sent("cookie", using, { headers }), "session=1; user-a=3; user-b=2");
});

const queries: [name: string, using: Behavior, given: string | undefined, path: string][] = [
  ["nothing of the query", noForwarding, "a=1", "/prod/a"],
  ["the query as it came", everything, "b=2&a=1&a&=", "/prod/a?b=2&a=1&a&="],
  ["an empty query", everything, "", "/prod/a?"],
  ["no query", everything, undefined, "/prod/a"],
  [
    "listed parameters, in their order",
    mediaPackage,
    "x=1&start=2&m&end=a;b",
    "/prod/a?start=2&m&end=a;b",
  ],
  ["no question mark without a parameter", mediaPackage, "x=1", "/prod/a"],
];

for (const [name, using, querystring, path] of queries) {
  test(`originRequest() sends ${name}`, () => {
    assert.equal(requestFor(using, querystring === undefined ? {} : { querystring }).path, path);
  });
}

test("originRequest() sends the whole query when ForwardedValues lists cache keys", () => {
  const using = legacy({
    QueryString: true,
    Cookies: { Forward: "none" },
    QueryStringCacheKeys: { Quantity: 1, Items: ["a"] },
  });
  assert.equal(requestFor(using, { querystring: "a=1&b=2" }).path, "/prod/a?a=1&b=2");
});
