/** Custom error responses over real sockets: CloudFront Developer Guide, "Generate custom error responses". */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { behavior, domainName, startScene, type Behavior } from "../edge/viewer-scene.ts";

/** What the guide says of the connection to the viewer, by the status that the page is for. */
const closes = [400, 405, 414, 416, 500, 501];
const keeps = [403, 404, 502, 503, 504];

for (const status of [...closes, ...keeps]) {
  const connection = closes.includes(status) ? "close" : "keep-alive";
  test(`a page for ${status} comes with Connection: ${connection}`, async (t) => {
    const page = { ErrorCode: status, ResponsePagePath: "/page.html", ResponseCode: "200" };
    const scene = await startScene(t, {
      config: { CustomErrorResponses: { Quantity: 1, Items: [page] } },
      origin: (_, response, { url }) => {
        if (url !== "/page.html") response.statusCode = status;
        response.end(url === "/page.html" ? "page" : "error");
      },
    });
    const request = `GET /a HTTP/1.1\r\nHost: ${domainName}\r\n`;
    const {
      status: answered,
      headers,
      text,
    } = await scene.raw(`${request}\r\n${request}Connection: close\r\n\r\n`);
    assert.deepEqual([answered, headers["x-cache"]], [200, "Error from cloudfront"]);
    assert.equal(headers["connection"], connection);
    assert.equal(text.split("HTTP/1.1 200").length - 1, connection === "close" ? 1 : 2);
  });
}

const page404 = { ErrorCode: 404, ResponsePagePath: "/page.html", ResponseCode: "404" };
const page403 = { ...page404, ErrorCode: 403, ResponseCode: "403" };

/** Serves `/page.html` through the default behavior, which forwards these headers, and has nothing else. */
async function startWithHeaders(t: TestContext, headers: string[], privately = false) {
  const Cookies = { Forward: "none" } as const;
  const Headers = { Quantity: headers.length, Items: headers };
  const open: Behavior = {
    ...behavior(),
    CachePolicyId: undefined,
    MinTTL: 0,
    ForwardedValues: { QueryString: true, Cookies, Headers },
  };
  const closed = {
    ...open,
    PathPattern: "/private/*",
    TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: ["none"] },
  };
  return startScene(t, {
    config: {
      CustomErrorResponses: { Quantity: 2, Items: [page404, page403] },
      DefaultCacheBehavior: open,
      ...(privately && { CacheBehaviors: { Quantity: 1, Items: [closed] } }),
    },
    origin: (_, response, { url }) => {
      response.statusCode = url === "/page.html" ? 200 : 404;
      response.end(url);
    },
  });
}

const errorHeaders = ["CloudFront-Error-Uri", "CloudFront-Error-Args"];

test("a page's origin is told what was asked for, by headers that the page's behavior lists", async (t) => {
  const scene = await startWithHeaders(t, errorHeaders);
  await scene.ask("GET /a%20b?x=1&y HTTP/1.1", "CloudFront-Error-Uri: /evil");
  await scene.ask("GET /c HTTP/1.1");
  const told = scene.asked.map(({ url, headers }) => [
    ...[url, headers["cloudfront-error-uri"], headers["cloudfront-error-args"]],
  ]);
  assert.deepEqual(told, [
    ["/a%20b?x=1&y", undefined, undefined],
    ["/page.html", "/a%20b", "x=1&y"],
    ["/c", undefined, undefined],
    ["/page.html", "/c", undefined],
  ]);
});

test("a page's origin is told nothing that its behavior does not list", async (t) => {
  const scene = await startWithHeaders(t, ["X-Other"]);
  await scene.ask("GET /a?x=1 HTTP/1.1");
  assert.equal(scene.asked.length, 2);
  for (const { headers } of scene.asked) {
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith("cloudfront-")),
      [],
    );
  }
});

test("a page's origin is not told what a URL was signed with", async (t) => {
  const scene = await startWithHeaders(t, errorHeaders, true);
  const { status } = await scene.ask(
    "GET /private/a?x=1&Expires=1&Signature=a&Key-Pair-Id=K1&y=2 HTTP/1.1",
  );
  assert.equal(status, 403);
  const [page] = scene.asked;
  assert.deepEqual([page?.url, page?.headers["cloudfront-error-args"]], ["/page.html", "x=1&y=2"]);
});
