import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionEvent, Outcome } from "../function-runtime.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../../test/support/sample-copy.ts";
import { encodeEvent } from "./encode-event.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

/** As Node hands a header over: one character a byte. */
const onTheWire = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

function runWith(value: string, source: string): Outcome {
  const request = { ...sampleEvent.request, headers: ["X-City", value] };
  return runtime.run(copyOf(source), { ...sampleEvent, request }).outcome;
}

const measure =
  "function handler(e) { return { statusCode: 200, body: e.request.headers['x-city'].value.length + '' }; }";
const addHeader =
  "function handler(e) { e.request.headers['x-new'] = { value: 'é' }; return e.request; }";

function bodyOf(outcome: Outcome): string {
  assert.equal(outcome.type, "response");
  return Buffer.from((outcome.type === "response" && outcome.response.body) || []).toString();
}

test("encodeEvent() shows a function UTF-8 as characters, and other bytes as ISO-8859-1", () => {
  assert.equal(bodyOf(runWith(onTheWire("é日"), measure)), "2");
  assert.equal(bodyOf(runWith("caf\xe9", measure)), "4");
});

test("encodeEvent() leaves the bytes of a header alone when another one is changed", () => {
  for (const value of [onTheWire("é日"), "caf\xe9", "plain"]) {
    const outcome = runWith(value, addHeader);
    assert.equal(outcome.type, "request");
    const headers = outcome.type === "request" ? outcome.request.headers : [];
    assert.equal(headers[headers.indexOf("X-City") + 1], value);
    assert.equal(headers[headers.indexOf("X-New") + 1], onTheWire("é"));
  }
});

test("encodeEvent() leaves out parts that a function can't read, and the outcome still has them", () => {
  const headers = ["Host", "h", "X-Amz-Cf-Id", "i", "Cookie", "a=1", "Accept", "x"];
  const event: FunctionEvent = {
    ...sampleEvent,
    request: { ...sampleEvent.request, querystring: "q=1", headers },
  };
  const none = new Set<string>();
  const readsNone = {
    request: { headers: none, cookies: none, querystring: none, rawQueryString: false },
    response: { headers: none, cookies: none },
    requestId: false,
    viewerIp: false,
  };
  const sent = encodeEvent(event, readsNone);
  for (const left of ["x", event.requestId, event.viewerIp]) assert.ok(!sent.includes(left), left);
  const handling = (body: string) => copyOf(`function handler(event) { ${body} }`);
  const request = { ...event.request, uri: "/x" };
  for (const body of [
    "event.request.uri = '/x'; return event.request",
    "event.request.uri = '/x'; event.request.headers.accept; return event.request",
    "event.request.uri = '/x'; event.request.cookies.a; return event.request",
    "event.request.uri = '/x'; Object.keys(event); return event.request",
  ]) {
    assert.deepEqual(
      runtime.run(handling(body), event).outcome,
      { type: "request", request },
      body,
    );
  }
  const added = runtime.run(
    handling("event.request.headers.b = { value: 'c' }; return event.request"),
    event,
  );
  assert.deepEqual(added.outcome, {
    type: "request",
    request: { uri: "/", querystring: "q=1", headers: [...headers, "B", "c"] },
  });
  const dropped =
    "return { method: 'GET', uri: '/x', querystring: 'z', headers: event.request.headers }";
  assert.deepEqual(runtime.run(handling(dropped), event).outcome, {
    type: "request",
    request: {
      uri: "/x",
      querystring: "z",
      headers: headers.filter((_line, i) => i !== 4 && i !== 5),
    },
  });
});
