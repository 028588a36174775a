import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeChange, encodeChange } from "./encode-change.ts";
import { functionCreated } from "./sample-changes.ts";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test("decodeChange() gives back what encodeChange() was given", () => {
  const change = functionCreated("hello", "ZnVuY3Rpb24=");
  assert.deepEqual(decodeChange(encodeChange(change)), change);
});

test("decodeChange() reads the first format as it was written on its first day", () => {
  const written =
    '{"format":1,"change":{"type":"function-published","name":"hello","at":"2025-01-01T00:00:00.000Z",' +
    '"cause":{"operation":"PublishFunction","requestId":"r","principal":"AKID","sourceIp":"127.0.0.1"}}}';
  assert.deepEqual(decodeChange(new TextEncoder().encode(written)), {
    type: "function-published",
    name: "hello",
    at: "2025-01-01T00:00:00.000Z",
    cause: {
      operation: "PublishFunction",
      requestId: "r",
      principal: "AKID",
      sourceIp: "127.0.0.1",
    },
  });
});

test("decodeChange() says that a newer Footlight wrote the log, when it does not know a fact", () => {
  for (const type of ["function-renamed", "toString", "__proto__"]) {
    assert.throws(() => decodeChange(bytes({ format: 1, change: { type } })), {
      message: `The log was written by a newer Footlight: a change of type "${type}". Start that version, or a later one`,
    });
  }
});

test("decodeChange() says that a newer Footlight wrote the log, when the format is a later one", () => {
  assert.throws(
    () => decodeChange(bytes({ format: 2 })),
    /newer Footlight: format 2, and this one/,
  );
});

test("decodeChange() refuses what is not a change", () => {
  const other = [null, 1, "text", {}, { format: "1" }, { format: 1 }, { format: 1, change: null }];
  for (const value of other) assert.throws(() => decodeChange(bytes(value)), /^Error: It is/);
  assert.throws(() => decodeChange(new Uint8Array([0xff, 0xfe])), /It is not JSON/);
  assert.throws(() => decodeChange(new Uint8Array(0)), /It is not JSON/);
});
