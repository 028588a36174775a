import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidEventObject } from "../function-runtime.ts";
import { readTestEvent } from "./test-event.ts";

test("readTestEvent() refuses what is nested deeper than JSON can be written", () => {
  const deep = "[".repeat(19_000) + "]".repeat(19_000);
  const events = [
    `{"context":${deep}}`,
    `{"context":{"eventType":"viewer-request"},"x":${deep},"request":{"method":"GET","uri":"/"}}`,
  ];
  for (const event of events) {
    assert.throws(
      () => readTestEvent(event),
      (error) => error instanceof InvalidEventObject && /nested too deep/.test(error.message),
    );
  }
});

test("readTestEvent() refuses an event that has a member twice", () => {
  const event =
    '{"context":{"eventType":"viewer-request"},"request":{"method":"GET","uri":"/a","uri":"/b"}}';
  assert.throws(
    () => readTestEvent(event),
    new InvalidEventObject('The event object says "request.uri" twice, and only one could count'),
  );
});
