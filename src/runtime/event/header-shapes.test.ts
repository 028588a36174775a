import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionEvent, Invocation } from "../function-runtime.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { copyOf, patientWatchdogMs } from "../../../test/support/sample-copy.ts";
import { findShape, ShapeNumbers } from "./header-shapes.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

/** More often than it takes for names to become a shape. */
const often = 40;

const base = {
  distributionDomainName: "d1.cloudfront.localhost",
  distributionId: "E1",
  requestId: "id==",
  viewerIp: "198.51.100.7",
};
const requestWith = (headers: readonly string[]): FunctionEvent => ({
  ...base,
  eventType: "viewer-request",
  request: { method: "GET", uri: "/", querystring: undefined, headers },
});

/** The answer at first, which later ones must equal. */
function sameAnswerEachTime(source: string, event: FunctionEvent): Invocation {
  const copy = copyOf(source);
  const first = runtime.run(copy, event);
  for (let i = 0; i < often; i += 1) assert.deepEqual(runtime.run(copy, event), first);
  return first;
}

const show = "function handler(e) { return { statusCode: 200, body: JSON.stringify(e) } }";
const bodyOf = ({ outcome }: Invocation): string => {
  assert.equal(outcome.type, "response");
  return outcome.type === "response" ? Buffer.from(outcome.response.body ?? "").toString() : "";
};

test("findShape() answers with a shape once the same names have come a few times", () => {
  const headers = ["X-One", "1", "Connection", "close", "Cookie", "a=1"];
  let shape;
  for (let i = 0; i < often; i += 1) shape = findShape(headers, "cookie");
  assert.deepEqual(shape, {
    cookieName: "cookie",
    names: ["x-one", "cookie"],
    places: [1, 5],
    cookiePlaces: [5],
  });
});

test("findShape() has none for names that make no plain object", () => {
  for (const names of [["__proto__"], ["7"], ["x-two", "X-Two"]]) {
    const headers = names.flatMap((name) => [name, "v"]);
    for (let i = 0; i < often; i += 1) assert.equal(findShape(headers, "cookie"), undefined);
  }
});

test("findShape() knows what every request brings, however many names are made up between", () => {
  const browser = ["Host", "h", "Accept", "a", "X-Browser", "b"];
  for (let i = 0; i < often; i += 1) findShape(browser, "cookie");
  let lost = 0;
  for (let i = 0; i < 20_000; i += 1) {
    findShape(["Host", "h", `X-Made-Up-${i}`, "v"], "cookie");
    if (i % 10 === 0 && findShape(browser, "cookie") === undefined) lost += 1;
  }
  // The very walk that fills a generation finds no place in the new one.
  assert.ok(lost <= 10, `${lost} of 2,000 were not known`);
});

const shapeNamed = (...names: string[]) => ({
  cookieName: "cookie" as const,
  names,
  places: names.map((_name, i) => 2 * i + 1),
  cookiePlaces: [],
});

const all = { headers: "all", cookies: "all" } as const;

test("ShapeNumbers gives each shape one number, and none twice when it begins again", () => {
  const numbers = new ShapeNumbers();
  const shapes = Array.from({ length: 65 }, (_none, i) => shapeNamed(`x-${i}`));
  for (const [i, shape] of shapes.entries()) {
    assert.equal(numbers.of(shape, all, true).number, i);
    assert.equal(numbers.of(shape, all, true).number, i);
  }
  // The 65th was one too many.
  assert.equal(numbers.of(shapes[0]!, all, true).number, 65);
  numbers.forget();
  assert.equal(numbers.of(shapes[0]!, all, true).number, 66);
});

test("ShapeNumbers.teach() teaches what is new, and an isolate that comes later the latest", () => {
  const numbers = new ShapeNumbers();
  const taught: number[] = [];
  const learn = (number: number) => taught.push(number);
  numbers.of(shapeNamed("x"), all, true);
  numbers.of(shapeNamed("y"), all, true);
  assert.equal(numbers.teach(0, learn), 2);
  assert.equal(numbers.teach(2, learn), 2);
  numbers.of(shapeNamed("z"), all, true);
  assert.equal(numbers.teach(2, learn), 3);
  assert.deepEqual(taught, [0, 1, 2]);
  for (let i = 0; i < 97; i += 1) numbers.of(shapeNamed(`x-${i}`), all, true);
  taught.length = 0;
  assert.equal(numbers.teach(0, learn), 100);
  assert.deepEqual(
    taught,
    Array.from({ length: 64 }, (_none, i) => 36 + i),
  );
});

test("ShapeNumbers.of() has only the wanted names taught, and says what it left out", () => {
  const taught: unknown[][] = [];
  const numbers = new ShapeNumbers();
  const shape = shapeNamed("host", "cookie", "accept", "x");
  const wanted = new Set(["accept", "y"]);
  const reads = { headers: wanted, cookies: "all" as const };
  assert.deepEqual(numbers.of(shape, reads, true), { number: 0, places: [3, 5] });
  const readsNames = { headers: wanted, cookies: wanted };
  assert.deepEqual(numbers.of(shape, readsNames, false), { number: 1, places: [5] });
  numbers.teach(0, (...lesson) => taught.push(lesson));
  assert.deepEqual(taught, [
    [0, "cookie", "cookie\naccept", 1],
    [1, "cookie", "accept", 3],
  ]);
});

test("a known shape shows the function the same event", () => {
  const names = ["Host", "constructor", "toString", "X-\"'\\", "Cookie", "value", "Cookie"];
  const event = requestWith(names.flatMap((name, i) => [name, `v${i}=\\"${i}`]));
  const seen = JSON.parse(bodyOf(sameAnswerEachTime(show, event))) as {
    request: { headers: object; cookies: object };
  };
  assert.deepEqual(Object.keys(seen.request.headers), [
    "host",
    "constructor",
    "tostring",
    "x-\"'\\",
    "value",
  ]);
  assert.deepEqual(Object.keys(seen.request.cookies), ["v4", "v6"]);
});

test("a known shape of a response keeps its cookies and what the function changes", () => {
  const event: FunctionEvent = {
    ...requestWith(["Host", "h"]),
    eventType: "viewer-response",
    response: {
      statusCode: 200,
      statusDescription: "OK",
      headers: ["Server", "s", "Set-Cookie", "a=1; Path=/", "Set-Cookie", "b=2"],
    },
  };
  const answers = sameAnswerEachTime(
    "function handler(e) { e.response.headers.server.value = 't'; return e.response }",
    event,
  );
  assert.deepEqual(answers.outcome.type === "response" && answers.outcome.response.headers, [
    ...["Server", "t", "Set-Cookie", "a=1; Path=/", "Set-Cookie", "b=2"],
  ]);
});

test("a response's cookies come back as they came when one's name is a number", () => {
  const headers = ["Set-Cookie", "b; Path=/", "Set-Cookie", "7; Secure", "Server", "s"];
  const event: FunctionEvent = {
    ...requestWith([]),
    eventType: "viewer-response",
    response: { statusCode: 200, statusDescription: "OK", headers },
  };
  const source = "function handler(e) { Object.keys(e.response.cookies); return e.response }";
  const { outcome } = sameAnswerEachTime(source, event);
  assert.deepEqual(outcome.type === "response" && outcome.response.headers, headers);
});

test("a known shape tells every way of changing a header", () => {
  const event = requestWith(["Host", "h", "Accept", "a", "X-Kept", "k"]);
  const changes = [
    "h.accept.value = 'b'",
    "h.accept = { value: 'b' }",
    "h.accept.multiValue = [{ value: 'b' }, { value: 'c' }]",
    "delete h.accept",
    "var a = h.accept; delete h.accept; h.accept = a; h.accept.value = 'b'",
    "h['x-new'] = { value: 'n' }",
    "e.request.headers = { host: h.host }",
  ];
  for (const change of changes) {
    const source = `function handler(e) { var h = e.request.headers; ${change}; return e.request }`;
    const { outcome } = sameAnswerEachTime(source, event);
    assert.equal(outcome.type, "request", change);
    assert.notDeepEqual(
      outcome.type === "request" && outcome.request.headers,
      event.request.headers,
    );
  }
});

test("a value with a line break is refused with a known shape as without one", () => {
  const names = ["Host", "X-Break"];
  const good = requestWith([names[0] as string, "h", names[1] as string, "fine"]);
  sameAnswerEachTime(show, good);
  const bad = requestWith([names[0] as string, "h", names[1] as string, "not\nfine"]);
  const { outcome } = sameAnswerEachTime(show, bad);
  assert.equal(outcome.type, "execution-error");
});

test("a run in a realm of its own gets names that the frozen realm knows", () => {
  const source =
    "function handler(e) { String.prototype.x = function () { return 'y' }; return { statusCode: 200, body: e.request.headers.host.value + 'z'.x() } }";
  assert.equal(bodyOf(sameAnswerEachTime(source, requestWith(["Host", "h"]))), "hy");
});

test("an event of any length crosses in pieces and whole", () => {
  for (const length of [800, 1023, 1024, 1999, 2000, 2001, 2999, 3000, 3001, 9000]) {
    const value = "0123456789".repeat(1000).slice(0, length);
    const copy = copyOf(
      "function handler(e) { return { statusCode: 200, body: e.request.headers.x.value } }",
    );
    assert.equal(bodyOf(runtime.run(copy, requestWith(["X", value]))), value);
  }
});
