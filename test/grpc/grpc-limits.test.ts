/** What the edge itself has to say to calls by gRPC: when it takes one for a call, what its errors are, and what its settings do. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createSecureServer, constants, type ServerHttp2Stream } from "node:http2";
import { createServer as createHttps } from "node:https";
import { test, type TestContext } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { readOriginSources } from "../../src/edge/deployment/origin-sources.ts";
import { certificate, privateKey } from "../edge/origin-certificate.ts";
import {
  domainName,
  listenOn,
  originConfig,
  type OriginConfig,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { notedLogger } from "../support/noted-logger.ts";
import { askHttp2, openHttp2 } from "../tls/http2-viewer.ts";
import { callUnary, failureOf, soon, startGrpcScene, startOrigin, until } from "./grpc-scene.ts";

const { status } = grpc;

/** An origin of HTTP/2 that does what the test says with each stream. */
async function startRaw(
  t: TestContext,
  serve: (stream: ServerHttp2Stream, count: number) => void,
): Promise<number> {
  let count = 0;
  const server = createSecureServer({ key: privateKey, cert: certificate });
  server.on("sessionError", () => {});
  server.on("session", (session) => t.after(() => session.destroy()));
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.resume();
    count += 1;
    serve(stream, count);
  });
  return listenOn(t, server);
}

function custom(port: number, changes: Partial<OriginConfig["CustomOriginConfig"]> = {}) {
  const CustomOriginConfig = {
    HTTPPort: port,
    HTTPSPort: port,
    OriginProtocolPolicy: "https-only" as const,
    ...changes,
  };
  return { DomainName: "localhost", ConnectionAttempts: 2, CustomOriginConfig };
}

async function codeOf(t: TestContext, options: SceneOptions, own = {}): Promise<number> {
  const scene = await startGrpcScene(t, own, options);
  return (await failureOf(callUnary(scene.client, "x", undefined, soon()))).code;
}

test("an origin that can't be called is unavailable, and the log says why", async (t) => {
  const http1 = createHttps({ key: privateKey, cert: certificate }, (_, response) => {
    response.end("HTTP/1.1");
  });
  const closed = await startOrigin(t);
  closed.server.forceShutdown();
  const { port } = await startOrigin(t);
  const cases: readonly (readonly [RegExp, SceneOptions])[] = [
    [/ECONNREFUSED/, { originPort: closed.port }],
    [/HTTP\/2|alpn|no application protocol/i, { originPort: await listenOn(t, http1) }],
    [/self-signed/, { originPort: port, originCertificateAuthorities: [] }],
    [
      /gRPC goes by HTTPS/,
      { originPort: port, originConfig: custom(port, { OriginProtocolPolicy: "http-only" }) },
    ],
    [/public|private|127\.0\.0\.1|::1/, { originPort: port, refusesPrivateOrigins: true }],
    [
      /folder/,
      { originPort: port, originSources: readOriginSources(`localhost=${import.meta.dirname}`) },
    ],
  ];
  for (const [says, options] of cases) {
    const lines: string[] = [];
    const logger = {
      ...notedLogger(),
      warn: (details: { err?: Error }, message: string) =>
        void lines.push(`${message}: ${details.err?.message}`),
    };
    const code = await codeOf(t, { ...options, logger });
    assert.equal(code, status.UNAVAILABLE, String(says));
    assert.match(lines.join("\n"), says);
  }
});

test("a server by HTTP that the operator has put for an origin is called without TLS", async (t) => {
  const { port } = await startOrigin(t, {}, { isPlain: true });
  const originSources = readOriginSources(`localhost=http://127.0.0.1:${port}`);
  const scene = await startGrpcScene(t, {}, { originPort: port, originSources });
  assert.equal((await callUnary(scene.client, "x", undefined, soon())).message.toString(), "x");
});

test("what the edge refuses has the status that gRPC has for it, and no page takes its place", async (t) => {
  const { port } = await startOrigin(t);
  const pages = {
    CustomErrorResponses: {
      Quantity: 2,
      Items: [403, 502].map((ErrorCode) => ({
        ErrorCode,
        ResponsePagePath: "/page",
        ResponseCode: "200",
        ErrorCachingMinTTL: 0,
      })),
    },
  };
  const blocked = {
    Restrictions: {
      GeoRestriction: { RestrictionType: "blacklist" as const, Quantity: 1, Items: ["DE"] },
    },
  };
  const inGermany = { findPlace: () => ({ country: "DE" }) };
  const cases: readonly (readonly [number, SceneOptions])[] = [
    [status.PERMISSION_DENIED, { config: { ...pages, ...blocked }, ...inGermany }],
    [status.UNAVAILABLE, { config: pages, originConfig: custom(1) }],
    [
      status.PERMISSION_DENIED,
      {
        behavior: {
          AllowedMethods: {
            Quantity: 2,
            Items: ["GET", "HEAD"],
            CachedMethods: { Quantity: 2, Items: ["GET", "HEAD"] },
          },
        },
      },
    ],
  ];
  for (const [code, options] of cases) {
    assert.equal(await codeOf(t, { originPort: port, ...options }), code);
  }
});

test("a group's second origin is not asked, and nothing is kept", async (t) => {
  let calls = 0;
  const { port } = await startOrigin(t, {
    unary(_call, answer) {
      calls += 1;
      answer(null, Buffer.from(String(calls)));
    },
  });
  const config = {
    Origins: {
      Quantity: 2,
      Items: [
        originConfig(1, { ...custom(1), Id: "first" }),
        originConfig(port, { ...custom(port), Id: "second" }),
      ],
    },
    OriginGroups: {
      Quantity: 1,
      Items: [
        {
          Id: "group",
          FailoverCriteria: { StatusCodes: { Quantity: 2, Items: [502, 503] } },
          Members: { Quantity: 2, Items: [{ OriginId: "first" }, { OriginId: "second" }] },
        },
      ],
    },
  };
  const group = { originPort: port, config, behavior: { TargetOriginId: "group" } };
  assert.equal(await codeOf(t, group), status.UNAVAILABLE);
  assert.equal(calls, 0);
  const cached = {
    CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    Compress: true,
  };
  const cacheStore = new MemoryStore(2 ** 20);
  const scene = await startGrpcScene(t, {}, { originPort: port, behavior: cached, cacheStore });
  for (const count of ["1", "2"]) {
    assert.equal((await callUnary(scene.client, "", undefined, soon())).message.toString(), count);
  }
});

test("functions of both event types run", async (t) => {
  const seen: string[] = [];
  const scene = await startGrpcScene(
    t,
    {
      unary(call, answer) {
        seen.push(String(call.metadata.get("x-function")));
        answer(null, call.request);
      },
    },
    {
      viewerRequest: ({ request }) =>
        request.uri.endsWith("/Join")
          ? {
              type: "response",
              response: { statusCode: 429, statusDescription: "No", headers: [] },
            }
          : {
              type: "request",
              request: { ...request, headers: [...request.headers, "x-function", "ran"] },
            },
      viewerResponse: ({ response }) => ({
        type: "response",
        response: {
          ...response,
          headers: [...(response?.headers ?? []), "x-after", "ran"],
        } as never,
      }),
    },
  );
  const { headers, message } = await callUnary(scene.client, "x", undefined, soon());
  assert.deepEqual([message.toString(), seen, headers.get("x-after")], ["x", ["ran"], ["ran"]]);
  const refused = new Promise((_resolve, reject) => {
    scene.client.join((error) => reject(error ?? new Error("It was answered"))).end();
  });
  assert.equal((await failureOf(refused)).code, status.UNAVAILABLE);
});

test("a call is one by HTTP/2, POST and content type, where the behavior takes them; anything else is HTTP", async (t) => {
  const asked: string[] = [];
  const both = createSecureServer(
    { key: privateKey, cert: certificate, allowHTTP1: true },
    (message, response) => {
      asked.push(message.httpVersion);
      message.resume();
      message.on("end", () => response.end());
    },
  );
  const port = await listenOn(t, both);
  const versionFor = async (headers: object, takesGrpc = true): Promise<string | undefined> => {
    const scene = await startGrpcScene(
      t,
      {},
      { originPort: port, behavior: { GrpcConfig: { Enabled: takesGrpc } } },
    );
    const session = openHttp2(t, scene.securePort);
    const fields = { ":authority": domainName, ":path": "/", ":method": "POST", ...headers };
    const { status } = await askHttp2(session, fields, "x");
    assert.equal(status, 200);
    return asked.pop();
  };
  const type = (text: string) => ({ "content-type": text });
  for (const text of ["application/grpc", "application/grpc+proto", "Application/gRPC;x=y"]) {
    assert.equal(await versionFor(type(text)), "2.0", text);
  }
  assert.equal(await versionFor(type("application/grpc"), false), "1.1");
  for (const text of ["application/grpc-web+proto", "application/grpcx", "text/plain"]) {
    assert.equal(await versionFor(type(text)), "1.1", text);
  }
  assert.equal(await versionFor({ ...type("application/grpc"), ":method": "PUT" }), "1.1");
});

test("an origin that says nothing for OriginReadTimeout is given up, before its answer and in the middle of it", async (t) => {
  let ended = 0;
  const own = {
    unary: (call: grpc.ServerUnaryCall<Buffer, Buffer>) => call.on("cancelled", () => (ended += 1)),
    repeat(call: grpc.ServerWritableStream<Buffer, Buffer>) {
      call.on("cancelled", () => (ended += 1));
      call.write(Buffer.from("first"));
    },
  };
  const { port } = await startOrigin(t, own);
  const impatient = custom(port, { OriginReadTimeout: 1 });
  const scene = await startGrpcScene(t, {}, { originPort: port, originConfig: impatient });
  const before = failureOf(callUnary(scene.client, "", undefined, soon()));
  const streamed = scene.client.repeat(Buffer.from("1"));
  streamed.resume();
  const [middle] = (await once(streamed, "error")) as [grpc.ServiceError];
  assert.equal(middle.code, status.INTERNAL);
  assert.equal((await before).code, status.UNAVAILABLE);
  await until(() => ended === 2 && scene.visits.length === 2);
  assert.deepEqual(
    scene.visits.map(({ origins }) => origins[0]?.fault),
    ["too-slow", "too-slow"],
  );
});

test("what an origin refuses to look at is asked again, and what it resets breaks off by the same code", async (t) => {
  const codes: Readonly<Record<number, number>> = {
    [constants.NGHTTP2_CANCEL]: status.CANCELLED,
    [constants.NGHTTP2_ENHANCE_YOUR_CALM]: status.RESOURCE_EXHAUSTED,
    [constants.NGHTTP2_INTERNAL_ERROR]: status.INTERNAL,
    [constants.NGHTTP2_NO_ERROR]: status.INTERNAL,
  };
  for (const [code, expected] of Object.entries(codes)) {
    const port = await startRaw(t, (stream) => {
      // Else Node would end it before it resets it.
      stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.write(Buffer.from([0, 0, 0, 0, 1, 65]), () => stream.close(Number(code)));
    });
    const scene = await startGrpcScene(t, {}, { originPort: port });
    const streamed = scene.client.repeat(Buffer.from("1"));
    streamed.resume();
    const [failure] = (await once(streamed, "error")) as [grpc.ServiceError];
    assert.equal(failure.code, expected, `code ${code}`);
  }
  const refusing = await startRaw(t, (stream, count) => {
    if (count === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else
      stream.respond(
        { "content-type": "application/grpc", "grpc-status": "5" },
        { endStream: true },
      );
  });
  const scene = await startGrpcScene(
    t,
    {},
    { originPort: refusing, originConfig: custom(refusing) },
  );
  assert.equal((await failureOf(callUnary(scene.client, "", undefined, soon()))).code, 5);
  await until(() => scene.visits.length === 1);
  assert.equal(scene.visits[0]?.origins.length, 2);
});

test("an answer that ends without trailers is no success, and drain() lets calls finish", async (t) => {
  const port = await startRaw(t, (stream) => {
    stream.respond({ "content-type": "application/grpc" });
    stream.end(Buffer.from([0, 0, 0, 0, 1, 65]));
  });
  const without = await startGrpcScene(t, {}, { originPort: port });
  assert.notEqual(await failureOf(callUnary(without.client, "", undefined, soon())), undefined);

  const scene = await startGrpcScene(t);
  const talk = scene.client.converse();
  const answer = once(talk, "data");
  talk.write(Buffer.from("one"));
  await answer;
  const drained = scene.listener.drain(20_000);
  const second = once(talk, "data");
  talk.write(Buffer.from("two"));
  assert.equal(String((await second)[0]), "two");
  talk.end();
  talk.resume();
  await Promise.all([once(talk, "end"), drained]);
});
