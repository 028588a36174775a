import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { publishedOnce } from "../../src/model/function-versions.ts";
import type { FunctionEvent, Outcome, ResponseResult } from "../../src/runtime/function-runtime.ts";
import { type Behave, startScene, domainName } from "./viewer-scene.ts";

const pass = ({ request }: FunctionEvent): Outcome => ({ type: "request", request });
const passResponse = ({ response }: FunctionEvent): Outcome => {
  assert.ok(response);
  return { type: "response", response };
};
const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");
const generated = (response: Partial<ResponseResult>) => (): Outcome => ({
  type: "response",
  response: { statusCode: 200, statusDescription: "", headers: [], ...response },
});

test("a viewer-request function gets the request as CloudFront shows it", async (t) => {
  const events: FunctionEvent[] = [];
  const scene = await startScene(t, {
    viewerRequest: (event) => {
      events.push(event);
      return pass(event);
    },
  });
  const reply = await scene.ask(
    "GET /a%20b?x=%41&y HTTP/1.1",
    `HOST: ${domainName.toUpperCase()}.:8080`,
    "X-One: 1",
    "X-One: 2",
    "Cookie: a=b",
  );
  const [event] = events;
  assert.ok(event);
  const { request, ...rest } = event;
  assert.deepEqual(rest, {
    eventType: "viewer-request",
    distributionDomainName: domainName,
    distributionId: "E1",
    requestId: reply.headers["x-amz-cf-id"],
    viewerIp: "127.0.0.1",
  });
  assert.equal(request.uri, "/a%20b");
  assert.equal(request.querystring, "x=%41&y");
  assert.equal(request.method, "GET");
  assert.deepEqual(request.headers, [
    "Connection",
    "close",
    "HOST",
    domainName,
    "X-One",
    "1",
    "X-One",
    "2",
    "Cookie",
    "a=b",
  ]);
});

test("what a viewer-request function changes is what the origin is asked", async (t) => {
  const scene = await startScene(t, {
    viewerRequest: ({ request }) => ({
      type: "request",
      request: {
        uri: latin1("/new path/é"),
        querystring: "b=1&a=2",
        headers: [...request.headers, "X-My-Header", latin1("äöü")],
      },
    }),
  });
  await scene.ask("GET /old?q=1 HTTP/1.1", "X-Old: 1");
  const [asked] = scene.asked;
  assert.equal(asked?.url, "/new%20path/%C3%A9?b=1&a=2");
  assert.equal(asked?.headers["x-old"], "1");
  assert.ok(asked?.rawHeaders.includes("X-My-Header"));
  assert.equal(Buffer.from(String(asked?.headers["x-my-header"]), "latin1").toString(), "äöü");
});

test("a response that a viewer-request function makes goes out without asking the origin", async (t) => {
  const scene = await startScene(t, {
    viewerRequest: generated({
      statusCode: 302,
      statusDescription: "Over there",
      headers: [
        "Location",
        "https://example.com/",
        "Set-Cookie",
        "a=b; Secure",
        "Set-Cookie",
        "c=d",
      ],
    }),
    viewerResponse: () => assert.fail("must not run"),
  });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(scene.asked.length, 0);
  assert.equal(reply.status, 302);
  assert.equal(reply.reason, "Over there");
  assert.deepEqual(reply.names, [
    "Server",
    "Date",
    "Content-Length",
    "Location",
    "Set-Cookie",
    "Set-Cookie",
    "Connection",
    "X-Cache",
    "Via",
    "X-Amz-Cf-Pop",
    "X-Amz-Cf-Id",
  ]);
  assert.equal(reply.headers["server"], "CloudFront");
  assert.equal(reply.headers["content-length"], "0");
  assert.equal(reply.headers["x-cache"], "FunctionGeneratedResponse from cloudfront");
  assert.equal(reply.headers["date"], "Fri, 02 Jan 2026 03:04:05 GMT");
});

test("a generated body is counted anew, and a HEAD request gets its length only", async (t) => {
  const scene = await startScene(t, {
    viewerRequest: generated({
      headers: [
        "content-type",
        "text/plain",
        "content-length",
        "999",
        "transfer-encoding",
        "chunked",
      ],
      body: Buffer.from("grün"),
    }),
  });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(Buffer.from(reply.body, "latin1").toString(), "grün");
  assert.equal(reply.headers["content-length"], "5");
  assert.equal(reply.headers["transfer-encoding"], undefined);
  const head = await scene.ask("HEAD / HTTP/1.1");
  assert.equal(head.headers["content-length"], "5");
  assert.equal(head.body, "");
});

test("a viewer-response function gets the rewritten request and the origin's response", async (t) => {
  const events: FunctionEvent[] = [];
  const scene = await startScene(t, {
    origin: (_, response) => {
      response.writeHead(201, "Made", ["X-A", "1", "Set-Cookie", "a=b", "Content-Length", "2"]);
      response.end("ok");
    },
    viewerRequest: ({ request }) => ({
      type: "request",
      request: { ...request, uri: "/new", headers: [...request.headers, "X-Added", "1"] },
    }),
    viewerResponse: (event) => {
      events.push(event);
      return passResponse(event);
    },
  });
  const reply = await scene.ask("GET /old HTTP/1.1");
  const [event] = events;
  assert.equal(event?.eventType, "viewer-response");
  assert.equal(event?.request.uri, "/new");
  assert.ok(event?.request.headers.includes("X-Added"));
  assert.equal(event?.response?.statusCode, 201);
  assert.equal(event?.response?.statusDescription, "Made");
  assert.deepEqual(event?.response?.headers.slice(0, 6), [
    "X-A",
    "1",
    "Set-Cookie",
    "a=b",
    "Content-Length",
    "2",
  ]);
  assert.equal(event?.requestId, reply.headers["x-amz-cf-id"]);
  assert.equal(reply.status, 201);
  assert.equal(reply.body, "ok");
  assert.equal(reply.headers["x-cache"], "Miss from cloudfront");
});

test("a viewer-response function changes status and headers and the origin's body passes", async (t) => {
  const scene = await startScene(t, {
    viewerResponse: ({ response }) => ({
      type: "response",
      response: {
        statusCode: 203,
        statusDescription: "Changed",
        headers: [...(response?.headers ?? []), "x-new", "1", "content-length", "1"],
      },
    }),
  });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.equal(reply.status, 203);
  assert.equal(reply.reason, "Changed");
  assert.equal(reply.headers["x-new"], "1");
  assert.equal(reply.headers["content-length"], "11");
  assert.equal(reply.body, "from origin");
});

test("a viewer-response function replaces the body, or removes it", async (t) => {
  let body = Buffer.from("mine");
  const ended: Promise<unknown>[] = [];
  const scene = await startScene(t, {
    origin: (_, response) => {
      ended.push(once(response, "close"));
      response.write("never ends");
    },
    viewerResponse: ({ response }) => ({
      type: "response",
      response: {
        statusCode: 200,
        statusDescription: "OK",
        headers: response?.headers ?? [],
        body,
      },
    }),
  });
  const replaced = await scene.ask("GET / HTTP/1.1");
  assert.equal(replaced.body, "mine");
  assert.equal(replaced.headers["content-length"], "4");
  body = Buffer.alloc(0);
  const removed = await scene.ask("GET / HTTP/1.1");
  assert.equal(removed.body, "");
  assert.equal(removed.headers["content-length"], "0");
  // What the origin sent is of no more use, and so isn't its connection.
  assert.equal(ended.length, 2);
  await Promise.all(ended);
});

/** Changes the status to the one that the path names, and the body when `body` is given. */
const withStatusOfPath =
  (body?: Uint8Array): Behave =>
  ({ request, response }) => ({
    type: "response",
    response: {
      statusCode: Number(request.uri.slice(1)),
      statusDescription: "",
      headers: response?.headers ?? [],
      ...(body && { body }),
    },
  });

test("a response that a function gives no content has no length to wait for", async (t) => {
  for (const body of [undefined, Buffer.from("mine")]) {
    const scene = await startScene(t, {
      origin: (_, response) => void response.setHeader("Content-Length", "5").end("hello"),
      viewerResponse: withStatusOfPath(body),
    });
    const noContent = await scene.ask("GET /204 HTTP/1.1");
    assert.equal(noContent.headers["content-length"], undefined);
    assert.equal(noContent.headers["transfer-encoding"], undefined);
    assert.equal(noContent.text.split("\r\n\r\n")[1], "");
    const unmodified = await scene.ask("GET /304 HTTP/1.1");
    assert.equal(unmodified.headers["content-length"], body ? undefined : "5");
    assert.equal(unmodified.text.split("\r\n\r\n")[1], "");
  }
});

test("an origin's response without content has none under another status either", async (t) => {
  for (const originStatus of [204, 304]) {
    const scene = await startScene(t, {
      origin: (_, response) =>
        void response.writeHead(originStatus, { "Content-Length": "100" }).end(),
      viewerResponse: withStatusOfPath(),
    });
    const reply = await scene.ask("GET /200 HTTP/1.1");
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["content-length"], "0");
    assert.equal(reply.body, "");
  }
});

test("a generated 204 or 304 has no body and no length", async (t) => {
  for (const statusCode of [204, 304]) {
    const scene = await startScene(t, {
      viewerRequest: generated({ statusCode, body: Buffer.from("ignored") }),
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, statusCode);
    assert.equal(reply.headers["content-length"], undefined);
    assert.equal(reply.body, "");
  }
});

for (const status of [400, 404, 500]) {
  test(`a viewer-response function does not run when the origin answers ${status}`, async (t) => {
    const scene = await startScene(t, {
      origin: (_, response) => response.writeHead(status, { Server: "nginx" }).end("gone"),
      viewerResponse: () => assert.fail("must not run"),
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, status);
    assert.equal(reply.body, "gone");
    assert.equal(reply.headers["server"], "nginx");
    assert.equal(reply.headers["x-cache"], "Error from cloudfront");
  });
}

test("a viewer-response function runs when the origin answers 399", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => response.writeHead(399).end(),
    viewerResponse: withStatusOfPath(),
  });
  assert.equal((await scene.ask("GET /201 HTTP/1.1")).status, 201);
});

const couldNotRun =
  "The CloudFront function associated with the CloudFront distribution is invalid or could not run.";

for (const event of ["viewerRequest", "viewerResponse"] as const) {
  test(`a ${event} function that fails to run is answered with 503`, async (t) => {
    const scene = await startScene(t, {
      [event]: (): Outcome => ({ type: "execution-error", message: "TypeError: secret" }),
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, 503);
    assert.equal(reply.headers["x-cache"], "FunctionExecutionError from cloudfront");
    assert.ok(reply.body.includes(couldNotRun));
    assert.ok(reply.body.includes(`Request ID: ${reply.headers["x-amz-cf-id"]}`));
    assert.ok(!reply.text.includes("secret"));
    assert.equal(scene.asked.length, event === "viewerRequest" ? 0 : 1);
  });

  test(`a ${event} function whose result is refused is answered with 502 and the reason`, async (t) => {
    const message = "The CloudFront function tried to add a disallowed header.";
    const scene = await startScene(t, {
      [event]: (): Outcome => ({ type: "validation-error", message }),
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, 502);
    assert.equal(reply.headers["x-cache"], "FunctionValidationError from cloudfront");
    assert.ok(reply.body.includes(message));
  });

  test(`a ${event} function without a result is answered with 503 and the reason`, async (t) => {
    const message =
      "The CloudFront function returned an invalid value: the result is not an object.";
    const scene = await startScene(t, {
      [event]: (): Outcome => ({ type: "no-result", message }),
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, 503);
    assert.equal(reply.headers["x-cache"], "FunctionValidationError from cloudfront");
    assert.ok(reply.body.includes(message));
  });

  test(`a ${event} function can't write a line of its own into a head`, async (t) => {
    const headers = ["x-a", "b\r\nX-Injected: 1"];
    const scene = await startScene(t, {
      [event]: ({ request }: FunctionEvent): Outcome =>
        event === "viewerRequest"
          ? { type: "request", request: { ...request, headers } }
          : { type: "response", response: { statusCode: 200, statusDescription: "", headers } },
    });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.equal(reply.status, 502);
    assert.equal(reply.headers["x-cache"], "FunctionValidationError from cloudfront");
    assert.equal(reply.headers["x-injected"], undefined);
  });
}

for (const uri of ["relative", "/a\r\nHost: evil", `/${"a".repeat(8192)}`]) {
  test(`a function's uri ${JSON.stringify(uri.slice(0, 20))} never reaches the origin`, async (t) => {
    const scene = await startScene(t, {
      viewerRequest: ({ request }) => ({ type: "request", request: { ...request, uri } }),
    });
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
    assert.equal(scene.asked.length, 0);
  });
}

for (const statusCode of [99, 101, 199, 600, 200.5, Number.NaN]) {
  test(`a function's status ${statusCode} is refused`, async (t) => {
    const scene = await startScene(t, { viewerRequest: generated({ statusCode }) });
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  });
}

test("a function sees /index.html for / where that is the default root object", async (t) => {
  const uris: string[] = [];
  const scene = await startScene(t, {
    config: { DefaultRootObject: "index.html" },
    viewerRequest: (event) => {
      uris.push(event.request.uri);
      return pass(event);
    },
  });
  for (const path of ["/", "//", "/install/"]) await scene.ask(`GET ${path} HTTP/1.1`);
  assert.deepEqual(uris, ["/index.html", "//", "/install/"]);
  assert.deepEqual(
    scene.asked.map(({ url }) => url),
    uris,
  );
});

for (const DefaultRootObject of ["/index.html", "/"]) {
  test(`a default root object "${DefaultRootObject}" is asked for with both slashes`, async (t) => {
    const scene = await startScene(t, { config: { DefaultRootObject } });
    await scene.ask("GET / HTTP/1.1");
    assert.equal(scene.asked[0]!.url, `/${DefaultRootObject}`);
  });
}

test("a request runs the function of the newest state, and keeps the state it started with", async (t) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const scene = await startScene(t, {
    origin: (_, response) => void held.then(() => response.end()),
    functions: { one: "viewer-response" },
    runtime: {
      run: ({ code }, { response }) => ({
        outcome: {
          type: "response",
          response: { statusCode: 200, statusDescription: code, headers: response?.headers ?? [] },
        },
        logs: [],
        computeUtilization: 0,
      }),
      test: () => assert.fail("not a test"),
      prepare() {},
      *foresee() {},
      forgo() {},
      retire() {},
      close: () => Promise.resolve(),
    },
  });
  const earlier = scene.ask("GET / HTTP/1.1");
  while (scene.asked.length === 0) await new Promise(setImmediate);
  scene.setState((state) => {
    const fn = state.functions.get("one");
    assert.ok(fn?.live);
    const live = { ...fn.live, code: "two" };
    return { ...state, functions: state.functions.set("one", publishedOnce(fn, live)) };
  });
  release();
  assert.equal((await earlier).reason, "one");
  assert.equal((await scene.ask("GET / HTTP/1.1")).reason, "two");
});

test("what a function logs goes to the log with its name and the request's id", async (t) => {
  const lines: object[] = [];
  const log = (details: object) => void lines.push(details);
  const scene = await startScene(t, {
    functions: { talker: "viewer-request" },
    logger: { debug: log, info: log, warn: log, error: log },
    runtime: {
      run: (_, { request }) => ({
        outcome: { type: "request", request },
        logs: ["hello"],
        computeUtilization: 1,
      }),
      test: () => assert.fail("not a test"),
      prepare() {},
      *foresee() {},
      forgo() {},
      retire() {},
      close: () => Promise.resolve(),
    },
  });
  const reply = await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(lines, [
    {
      function: "talker",
      distribution: "E1",
      requestId: reply.headers["x-amz-cf-id"],
      lines: ["hello"],
    },
  ]);
});
