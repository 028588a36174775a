/** Calls by gRPC through the edge (data-plane 7.5), with grpc-js on both sides. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { constants, createSecureServer } from "node:http2";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { certificate, privateKey } from "../edge/origin-certificate.ts";
import { cachingDisabled, domainName, listenOn } from "../edge/viewer-scene.ts";
import { openHttp2 } from "../tls/http2-viewer.ts";
import {
  callUnary,
  failureOf,
  soon,
  startGrpcScene,
  startOrigin,
  until,
  type EchoClient,
} from "./grpc-scene.ts";

function join(client: EchoClient, ...messages: readonly (Buffer | string)[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const call = client.join((error, value) => {
      if (error !== null) reject(error);
      else resolve(value ?? Buffer.alloc(0));
    });
    for (const message of messages) call.write(Buffer.from(message));
    call.end();
  });
}

test("a unary call goes to its origin and back, with its status, and is told of as one", async (t) => {
  const scene = await startGrpcScene(t);
  for (const text of ["hello", "again"]) {
    const { message, status } = await callUnary(scene.client, text);
    assert.deepEqual([message.toString(), status.code], [text, grpc.status.OK]);
  }
  await until(() => scene.visits.length === 2);
  const told = scene.visits.map(({ protocol, status, result, cache, origins }) => ({
    ...{ protocol, status, result, cache },
    attempts: origins.map(({ isReused, address, fault }) => ({ isReused, address, fault })),
  }));
  const expected = (isReused: boolean) => ({
    ...{ protocol: "grpcs", status: 200, result: "Miss", cache: "bypassed" },
    attempts: [{ isReused, address: `127.0.0.1:${scene.originPort}`, fault: undefined }],
  });
  assert.deepEqual(told, [expected(false), expected(true)]);
  assert.deepEqual(scene.visits[0]?.results.detail, "Miss");
});

test("messages stream to the viewer, from the viewer, and both ways", async (t) => {
  const { client } = await startGrpcScene(t);
  const got: string[] = [];
  const repeated = client.repeat(Buffer.from("100"));
  repeated.on("data", (message: Buffer) => got.push(message.toString()));
  await once(repeated, "end");
  assert.deepEqual(
    got,
    Array.from({ length: 100 }, (_, index) => String(index)),
  );
  assert.equal((await join(client, "a", "b", "c")).toString(), "abc");

  const talk = client.converse();
  for (const word of ["one", "two", "three"]) {
    const answer = once(talk, "data");
    talk.write(Buffer.from(word));
    assert.equal(String((await answer)[0]), word);
  }
  talk.end();
  talk.resume();
  await once(talk, "end");
});

test("messages of a megabyte pass in each of the four ways, many at once", async (t) => {
  const { client } = await startGrpcScene(t);
  const large = Buffer.alloc(2 ** 20, "0123456789abcdef");
  const unary = Array.from({ length: 8 }, async () => {
    const { message } = await callUnary(client, large);
    assert.ok(message.equals(large));
  });
  const joined = join(client, large, large, large);
  const talk = client.converse();
  let received = 0;
  talk.on("data", (message: Buffer) => {
    assert.ok(message.equals(large));
    received += 1;
    if (received === 3) talk.end();
  });
  for (let index = 0; index < 3; index += 1) talk.write(large);
  await Promise.all([...unary, once(talk, "end")]);
  assert.equal((await joined).length, 3 * large.length);
  assert.equal(received, 3);
});

test("metadata goes both ways: text, binary, several of one name, and what comes last", async (t) => {
  const seen: grpc.Metadata[] = [];
  const deadlines: (Date | number)[] = [];
  const { client } = await startGrpcScene(t, {
    unary(call, answer) {
      seen.push(call.metadata);
      deadlines.push(call.getDeadline());
      const first = new grpc.Metadata();
      first.set("x-first", "1");
      first.set("first-bin", Buffer.from([0, 255, 10]));
      call.sendMetadata(first);
      const last = new grpc.Metadata();
      last.add("x-last", "a");
      last.add("x-last", "b");
      last.set("last-bin", Buffer.from([1, 0, 254]));
      answer(null, call.request, last);
    },
  });
  const metadata = new grpc.Metadata();
  metadata.add("x-mine", "one");
  metadata.add("x-mine", "two");
  metadata.set("trace-bin", Buffer.from([0, 1, 2, 253]));
  const { headers, status } = await callUnary(client, "", metadata, soon());
  assert.deepEqual(seen[0]?.get("x-mine"), ["one, two"]);
  assert.deepEqual(seen[0]?.get("trace-bin"), [Buffer.from([0, 1, 2, 253])]);
  assert.deepEqual(seen[0]?.get("x-forwarded-for"), ["127.0.0.1"]);
  assert.match(String(seen[0]?.get("via")), /^2\.0 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/);
  assert.ok(Math.abs(Number(deadlines[0]) - Date.now()) < 30_000, `it is ${String(deadlines[0])}`);
  assert.deepEqual(headers.get("x-first"), ["1"]);
  assert.deepEqual(headers.get("first-bin"), [Buffer.from([0, 255, 10])]);
  assert.deepEqual(headers.get("x-cache"), ["Miss from cloudfront"]);
  assert.deepEqual(status.metadata.get("x-last"), ["a, b"]);
  assert.deepEqual(status.metadata.get("last-bin"), [Buffer.from([1, 0, 254])]);
});

test("without an origin request policy, metadata stays behind, and what gRPC itself needs does not", async (t) => {
  const seen: grpc.Metadata[] = [];
  const deadlines: (Date | number)[] = [];
  const { client } = await startGrpcScene(
    t,
    {
      unary(call, answer) {
        seen.push(call.metadata);
        deadlines.push(call.getDeadline());
        answer(null, call.request);
      },
    },
    { behavior: { CachePolicyId: cachingDisabled, OriginRequestPolicyId: undefined } },
  );
  const metadata = new grpc.Metadata();
  metadata.set("x-mine", "one");
  await callUnary(client, "", metadata, soon());
  assert.deepEqual(seen[0]?.get("x-mine"), []);
  assert.deepEqual(seen[0]?.get("user-agent"), ["Amazon CloudFront"]);
  assert.ok(Number(deadlines[0]) < Infinity);
});

test("a status with its words and its metadata comes through, with messages before it and without", async (t) => {
  const last = new grpc.Metadata();
  last.set("why-bin", Buffer.from("because"));
  const error = { code: grpc.status.NOT_FOUND, details: "no such thing: ß", metadata: last };
  const scene = await startGrpcScene(t, {
    unary: (_call, answer) => answer(error),
    repeat(call) {
      call.write(Buffer.from("first"));
      call.emit("error", error);
    },
  });
  const unary = await failureOf(callUnary(scene.client, ""));
  assert.deepEqual([unary.code, unary.details], [error.code, error.details]);
  assert.deepEqual(unary.metadata.get("why-bin"), [Buffer.from("because")]);

  const streamed = scene.client.repeat(Buffer.from("1"));
  const messages: string[] = [];
  streamed.on("data", (message: Buffer) => messages.push(message.toString()));
  const [failure] = (await once(streamed, "error")) as [grpc.ServiceError];
  assert.deepEqual(messages, ["first"]);
  assert.deepEqual([failure.code, failure.details], [error.code, error.details]);
  await until(() => scene.visits.length === 2);
  assert.deepEqual(
    scene.visits.map(({ status, result }) => [status, result]),
    [
      [200, "Miss"],
      [200, "Miss"],
    ],
  );
});

test("a viewer who cancels cancels the call at the origin, and a deadline does", async (t) => {
  let cancelled = 0;
  let begun = 0;
  const scene = await startGrpcScene(t, {
    unary: (call) => {
      begun += 1;
      call.on("cancelled", () => (cancelled += 1));
    },
    repeat(call) {
      begun += 1;
      call.on("cancelled", () => (cancelled += 1));
      call.write(Buffer.from("first"));
    },
  });
  const streamed = scene.client.repeat(Buffer.from("1"));
  streamed.on("error", () => {});
  await once(streamed, "data");
  streamed.cancel();
  await until(() => cancelled === 1);
  // Where the machine stands still, a call may be over before it was begun.
  while (begun < 2) {
    const late = await failureOf(
      callUnary(scene.client, "", undefined, { deadline: Date.now() + 100 }),
    );
    assert.equal(late.code, grpc.status.DEADLINE_EXCEEDED);
  }
  await until(() => cancelled === begun);
  await until(() => scene.visits.length >= 2);
  assert.equal(scene.visits[0]?.origins[0]?.fault, "unwanted");
});

test("an origin that ends in the middle is unavailable, and one that is started again is called", async (t) => {
  const scene = await startGrpcScene(t, {
    repeat: (call) => void call.write(Buffer.from("first")),
  });
  const streamed = scene.client.repeat(Buffer.from("1"));
  await once(streamed, "data");
  scene.origin.forceShutdown();
  const [failure] = (await once(streamed, "error")) as [grpc.ServiceError];
  assert.notEqual(failure.code, grpc.status.OK);
  const down = await failureOf(callUnary(scene.client, "x", undefined, soon()));
  assert.equal(down.code, grpc.status.UNAVAILABLE);
  await startOrigin(t, {}, { port: scene.originPort });
  assert.equal((await callUnary(scene.client, "x", undefined, soon())).message.toString(), "x");
});

test("an origin that goes away finishes its calls, and new ones go to the next", async (t) => {
  const scene = await startGrpcScene(t);
  const talk = scene.client.converse();
  const answer = once(talk, "data");
  talk.write(Buffer.from("one"));
  await answer;
  const gone = new Promise<void>((resolve) => scene.origin.tryShutdown(() => resolve()));
  // It listens no more a little later.
  let isNext = false;
  while (!isNext) {
    isNext = await startOrigin(t, {}, { port: scene.originPort }).then(
      () => true,
      () => delay(10, false),
    );
  }
  assert.equal((await callUnary(scene.client, "x", undefined, soon())).message.toString(), "x");
  const second = once(talk, "data");
  talk.write(Buffer.from("two"));
  assert.equal(String((await second)[0]), "two");
  talk.end();
  talk.resume();
  await Promise.all([once(talk, "end"), gone]);
});

test("either side may be silent for longer than a viewer may elsewhere", async (t) => {
  const scene = await startGrpcScene(
    t,
    { converse: (call) => void call.on("data", (message: Buffer) => call.write(message)) },
    { listener: { idleTimeoutMs: 100 } },
  );
  const talk = scene.client.converse();
  for (const word of ["one", "two"]) {
    await delay(300);
    const answer = once(talk, "data");
    talk.write(Buffer.from(word));
    assert.equal(String((await answer)[0]), word);
  }
  talk.cancel();
  talk.on("error", () => {});
});

test("a viewer who reads nothing holds its origin up, and no other call", async (t) => {
  let sent = 0;
  const piece = Buffer.alloc(64 * 1024);
  const scene = await startGrpcScene(t, {
    repeat(call) {
      const give = (): void => {
        for (; sent < 2000; sent += 1) {
          if (!call.write(piece)) return void call.once("drain", give);
        }
        call.end();
      };
      give();
    },
  });
  // One of grpc-js would keep in memory what nobody asks it for.
  const unread = openHttp2(t, scene.securePort).request({
    ...{ ":authority": domainName, ":method": "POST", ":path": "/test.Echo/Repeat" },
    ...{ "content-type": "application/grpc", te: "trailers" },
  });
  unread.on("error", () => {});
  unread.end(Buffer.from([0, 0, 0, 0, 1, 49]));
  await once(unread, "response");
  assert.equal((await callUnary(scene.client, "x", undefined, soon())).message.toString(), "x");
  await delay(300);
  assert.ok(sent < 200, `${sent} pieces of 64 KB were taken for nobody`);
  assert.equal((await callUnary(scene.client, "x", undefined, soon())).message.toString(), "x");
  unread.close();
});

test("an origin that reads nothing holds its viewer up, and learns that a call was cancelled before it ended", async (t) => {
  const told: string[] = [];
  const server = createSecureServer({ key: privateKey, cert: certificate });
  server.on("session", (session) => t.after(() => session.destroy()));
  server.on("stream", (stream) => {
    told.push("begun");
    stream.on("error", () => {});
    stream.on("aborted", () => told.push("aborted"));
    stream.on("end", () => told.push("end"));
    stream.on("close", () => told.push(`close ${stream.rstCode}`));
  });
  const scene = await startGrpcScene(t, {}, { originPort: await listenOn(t, server) });
  const call = openHttp2(t, scene.securePort).request({
    ...{ ":authority": domainName, ":method": "POST", ":path": "/test.Echo/Join" },
    ...{ "content-type": "application/grpc", te: "trailers" },
  });
  call.on("error", () => {});
  let taken = 0;
  const give = (): void => {
    if (taken < 2000) call.write(Buffer.alloc(64 * 1024), () => ((taken += 1), give()));
  };
  give();
  await until(() => told.length > 0);
  await delay(300);
  assert.ok(taken < 40, `${taken} pieces of 64 KB were taken for nobody`);
  call.close(constants.NGHTTP2_CANCEL);
  await until(() => told.some((text) => text.startsWith("close")));
  assert.deepEqual(told, ["begun", "aborted", `close ${constants.NGHTTP2_CANCEL}`]);
});
