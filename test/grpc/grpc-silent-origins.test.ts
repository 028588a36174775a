/**
 * Origins that take a call and fall silent, or stop in the middle of a message: the viewer learns of it in time by the status that gRPC
 * has for it, the records and the log say what it was, and nothing of the call is left, here or at the origin.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import {
  constants,
  createSecureServer,
  type Http2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createPlain, type Socket } from "node:net";
import { createServer as createSecure } from "node:tls";
import { test, type TestContext } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { certificate, privateKey } from "../edge/origin-certificate.ts";
import { listenOn } from "../edge/viewer-scene.ts";
import { notedLogger } from "../support/noted-logger.ts";
import { callUnary, failureOf, soon, startGrpcScene, until, type GrpcScene } from "./grpc-scene.ts";

const { status } = grpc;
const secrets = { key: privateKey, cert: certificate };
const grpcFields = { ":status": 200, "content-type": "application/grpc" };
/** Of a message of `length` bytes, those that come. */
const partOf = (length: number, come: number): Buffer => {
  const bytes = Buffer.alloc(5 + come, "m");
  bytes[0] = 0;
  bytes.writeUInt32BE(length, 1);
  return bytes;
};

/** @param connectTimeout in seconds */
async function startScene(t: TestContext, port: number, connectTimeout = 10) {
  const logger = notedLogger();
  const scene = await startGrpcScene(
    t,
    {},
    {
      ...{ originPort: port, logger },
      originConfig: {
        DomainName: "localhost",
        ...{ ConnectionAttempts: 1, ConnectionTimeout: connectTimeout },
        CustomOriginConfig: {
          ...{ HTTPPort: port, HTTPSPort: port, OriginProtocolPolicy: "https-only" },
          OriginReadTimeout: 2,
        },
      },
    },
  );
  return { ...scene, logger };
}

/** An origin that takes connections, and what `serve` does with each. @returns how many are open */
async function startTaker(
  t: TestContext,
  kind: "tcp" | "tls",
  serve: (socket: Socket) => void = () => {},
): Promise<{ readonly port: number; readonly open: () => number }> {
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.resume();
    serve(socket);
  };
  const server =
    kind === "tcp"
      ? createPlain(take)
      : createSecure({ ...secrets, ALPNProtocols: ["h2"] }, take).on("tlsClientError", () => {});
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  return { port: await listenOn(t, server), open: () => sockets.size };
}

const takers: readonly (readonly [
  what: string,
  kind: "tcp" | "tls",
  serve?: (socket: Socket) => void,
])[] = [
  ["accepts a connection and says nothing", "tcp"],
  ["agrees on HTTP/2 and says nothing", "tls"],
  // A frame of settings that never comes to its end.
  [
    "agrees on HTTP/2 and stops in its first frame",
    "tls",
    (socket) => socket.write("\0\0\x06\x04"),
  ],
];

for (const [what, kind, serve] of takers) {
  test(`an origin that ${what} is unavailable once its time to connect is over, and the connection is closed`, async (t) => {
    const { port, open } = await startTaker(t, kind, serve);
    const { client, visits, logger } = await startScene(t, port, 1);
    const failure = await failureOf(callUnary(client, "x", undefined, soon()));
    assert.equal(failure.code, status.UNAVAILABLE);
    await until(() => visits.length === 1 && open() === 0);
    assert.deepEqual([visits[0]?.status, visits[0]?.origins.length], [504, 1]);
    const warnings = logger.lines.filter((line) => line.startsWith("warn: origin failed"));
    assert.equal(warnings.length, 1, logger.lines.join("\n"));
  });
}

/** What an origin does with a stream once it has read of the call. */
type Serve = (stream: ServerHttp2Stream, session: Http2Session) => void;

async function startRaw(t: TestContext, serve: Serve) {
  const ended: number[] = [];
  let [sessions, streams, calls] = [0, 0, 0];
  const server = createSecureServer(secrets);
  server.on("sessionError", () => {});
  server.on("session", (session) => {
    sessions += 1;
    t.after(() => session.destroy());
  });
  server.on("stream", (stream) => {
    streams += 1;
    stream.on("error", () => {});
    stream.on("close", () => {
      streams -= 1;
      ended.push(stream.rstCode);
    });
    stream.resume();
    calls += 1;
    // The next call shows that the connection is as good as before.
    if (calls === 1) serve(stream, stream.session!);
    else {
      stream.respond(grpcFields, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(partOf(2, 2));
    }
  });
  const port = await listenOn(t, server);
  return { port, ended, count: () => ({ sessions, streams }) };
}

async function streamedFailure({ client }: GrpcScene): Promise<{ code: number; messages: number }> {
  const call = client.repeat(Buffer.from("1"));
  let messages = 0;
  call.on("data", () => (messages += 1));
  const [{ code }] = (await once(call, "error")) as [grpc.ServiceError];
  return { code, messages };
}

interface SilentCase {
  readonly what: string;
  readonly serve: Serve;
  readonly code: number;
  readonly httpStatus: number;
  readonly fault: string;
  /** Whether the connection to the origin stays. */
  readonly stays: boolean;
  /** Where the failure comes before the answer the log says so. */
  readonly isLogged: boolean;
}

const afterHead = { httpStatus: 200, isLogged: false };
const cases: readonly SilentCase[] = [
  {
    ...{ what: "takes a call and never answers", serve: () => {} },
    ...{ code: status.UNAVAILABLE, httpStatus: 504, fault: "too-slow" },
    ...{ stays: true, isLogged: true },
  },
  {
    what: "answers, and falls silent before a message",
    serve: (stream) => stream.respond(grpcFields),
    ...{ ...afterHead, code: status.INTERNAL, fault: "too-slow", stays: true },
  },
  {
    what: "falls silent in the middle of a message",
    serve: (stream) => {
      stream.respond(grpcFields);
      stream.write(partOf(1000, 400));
    },
    ...{ ...afterHead, code: status.INTERNAL, fault: "too-slow", stays: true },
  },
  {
    what: "falls silent in the middle of a message of four gigabytes",
    serve: (stream) => {
      stream.respond(grpcFields);
      stream.write(partOf(2 ** 32 - 1, 2 ** 20));
    },
    ...{ ...afterHead, code: status.INTERNAL, fault: "too-slow", stays: true },
  },
  {
    what: "closes the connection in the middle of a message",
    serve: (stream, session) => {
      stream.respond(grpcFields);
      stream.write(partOf(1000, 400), () => session.destroy());
    },
    ...{ ...afterHead, code: status.INTERNAL, fault: "unreachable", stays: false },
  },
  {
    what: "resets the stream in the middle of a message",
    serve: (stream) => {
      stream.respond(grpcFields, { waitForTrailers: true });
      stream.write(partOf(1000, 400), () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    },
    ...{ ...afterHead, code: status.INTERNAL, fault: "unreachable", stays: true },
  },
];

for (const { what, serve, code, httpStatus, fault, stays, isLogged } of cases) {
  test(`an origin that ${what}: the call fails by its status, nothing is left of it, and the next one is made`, async (t) => {
    const origin = await startRaw(t, serve);
    const scene = await startScene(t, origin.port);
    const { visits, logger } = scene;
    assert.deepEqual(await streamedFailure(scene), { code, messages: 0 });
    await until(() => visits.length === 1 && origin.count().streams === 0);
    const [visit] = visits;
    assert.deepEqual([visit?.status, visit?.origins[0]?.fault], [httpStatus, fault]);
    if (fault === "too-slow") assert.deepEqual(origin.ended, [constants.NGHTTP2_CANCEL]);
    const warnings = logger.lines.filter((line) => line.startsWith("warn: origin failed"));
    assert.equal(warnings.length, isLogged ? 1 : 0, logger.lines.join("\n"));
    const { message } = await callUnary(scene.client, "x", undefined, soon());
    assert.equal(message.toString(), "mm");
    assert.equal(origin.count().sessions, stays ? 1 : 2);
  });
}

test("an answer that ends in the middle of a message comes as it is, and the client tells that it is none", async (t) => {
  const origin = await startRaw(t, (stream) => {
    stream.respond(grpcFields, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(partOf(1000, 400));
  });
  const scene = await startScene(t, origin.port);
  await failureOf(callUnary(scene.client, "x", undefined, soon()));
  await until(() => scene.visits.length === 1 && origin.count().streams === 0);
  assert.equal(scene.visits[0]?.origins[0]?.fault, undefined);
});

test("messages of a silent viewer's call are not gathered for an origin that reads none, and its silence ends the call", async (t) => {
  const { port, open } = await startTaker(t, "tls", (socket) => {
    // Settings, and nothing more: its windows are never opened again.
    socket.write(Buffer.from("000000040000000000", "hex"));
  });
  const scene = await startScene(t, port);
  const before = process.memoryUsage().rss;
  const piece = Buffer.alloc(2 ** 20, "m");
  const call = scene.client.converse();
  call.on("data", () => {});
  const failed = once(call, "error") as Promise<[grpc.ServiceError]>;
  let taken = 0;
  const write = (): void => {
    if (taken === 200) return;
    call.write(piece, () => {
      taken += 1;
      write();
    });
  };
  write();
  const [{ code }] = await failed;
  assert.equal(code, status.UNAVAILABLE);
  assert.ok(taken < 64, `${taken} MB were taken`);
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 200 * 2 ** 20, `${grown} bytes more than before`);
  await until(() => scene.visits.length === 1);
  assert.equal(scene.visits[0]?.status, 504);
  assert.equal(open(), 1);
});
