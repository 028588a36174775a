import assert from "node:assert/strict";
import { test } from "node:test";
import { readEventObject } from "./event-object.ts";

const event = '{ "version": "1.0", "context": { "eventType": "viewer-request" } }';
const hint = "AWS CLI 2 wants --event-object fileb://event.json";

/** As AWS CLI 2 reads what is no fileb://: as base64, whatever else is in it left out. */
const asTheCliReads = (text: string): Uint8Array => Buffer.from(text, "base64");

test("readEventObject() takes an event's JSON", () => {
  assert.equal(readEventObject(Buffer.from(event)), event);
  assert.equal(readEventObject(Buffer.from(` \n${event}`)), ` \n${event}`);
});

test("readEventObject() knows an event that a client decoded or encoded once too often", () => {
  const cases: [bytes: Uint8Array | undefined, message: string][] = [
    [undefined, `The event object is empty; ${hint}`],
    [Buffer.from(" \n"), `The event object is empty; ${hint}`],
    [asTheCliReads("{}"), `The event object is empty; ${hint}`],
    [
      asTheCliReads(event),
      `The event object is no JSON; clients encode it themselves, and ${hint}`,
    ],
    [
      Buffer.from(Buffer.from(event).toString("base64")),
      `The event object is encoded twice; clients encode it themselves, and ${hint}`,
    ],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(() => readEventObject(bytes), { code: "InvalidArgument", message });
  }
});
