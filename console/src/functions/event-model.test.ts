import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEventFile } from "../../../src/events/event-file.ts";
import {
  subjectOf,
  eventText,
  freeName,
  linesOf,
  mapOf,
  newEvent,
  readEvent,
} from "./event-model.ts";

test("newEvent() makes files that footlight test reads without a remark", () => {
  for (const type of ["viewer-request", "viewer-response"] as const) {
    const { eventType, remarks } = parseEventFile("a.json", eventText(newEvent(type)));
    assert.deepEqual([eventType, remarks], [type, []]);
  }
});

test("readEvent() says in a sentence what is missing", () => {
  const context = { eventType: "viewer-request" };
  for (const [text, why] of [
    ["{", /^This is not JSON/],
    ["[]", /JSON object/],
    ["{}", /no context/],
    [JSON.stringify({ context: { eventType: "origin-request" } }), /eventType is viewer-request/],
    [JSON.stringify({ context }), /no request/],
    [JSON.stringify({ context, request: { method: "GET" } }), /method and a uri/],
  ] as const) {
    const said = readEvent(text);
    assert.ok(typeof said === "string");
    assert.match(said, why);
  }
  const event = newEvent("viewer-request");
  assert.deepEqual(readEvent(eventText(event)), event);
  assert.deepEqual(subjectOf({ ...event, expect: { status: 1 }, given: {} }), {
    ...{ event, expect: { status: 1 }, given: {} },
  });
  assert.deepEqual(subjectOf(event), { event });
});

test("mapOf() makes of a form's lines what linesOf() has made them of", () => {
  const headers = [
    { name: "Accept", value: "a" },
    { name: "accept", value: "b" },
    { name: "", value: "nobody's" },
    { name: "host", value: "x" },
  ];
  const map = mapOf(headers, "headers");
  assert.deepEqual(map, {
    accept: { value: "a", multiValue: [{ value: "a" }, { value: "b" }] },
    host: { value: "x" },
  });
  assert.deepEqual(mapOf(linesOf(map), "headers"), map);
  const cookies = mapOf([{ name: "Id", value: "7; Path=/; Secure" }], "response cookies");
  assert.deepEqual(cookies, { Id: { value: "7", attributes: "Path=/; Secure" } });
  assert.deepEqual(mapOf(linesOf(cookies), "response cookies"), cookies);
  assert.deepEqual(linesOf("a=1&b=x%20y"), [
    { name: "a", value: "1" },
    { name: "b", value: "x y" },
  ]);
});

test("freeName() counts on from two", () => {
  assert.equal(freeName("event", []), "event");
  assert.equal(freeName("event", ["event", "event-2"]), "event-3");
});
