import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeChange, decodeEntry, encodeChange } from "./encode-change.ts";
import type { Change } from "./change.ts";
import {
  changeOf,
  entriesOf,
  functionCreated,
  functionPublished,
  versionPublished,
} from "../../test/support/sample-changes.ts";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test("decodeEntry() gives back what encodeChange() was given, and where it belongs", () => {
  const change = functionCreated("hello", "ZnVuY3Rpb24=");
  const encoded = encodeChange(change, { revision: 16, head: "ab".repeat(32) });
  const link = { revision: 17, previous: "ab".repeat(32) };
  assert.deepEqual(decodeEntry(encoded), { change, link });
  assert.deepEqual(decodeChange(encoded), change);
});

test("an entry is text that says its format, its revision and the hash of the one before", () => {
  const change = functionCreated("hello");
  const text = new TextDecoder().decode(encodeChange(change, { revision: 0, head: "00" }));
  const start = '{"format":2,"revision":1,"previous":"00","change":{"type":"function-created",';
  assert.equal(text.slice(0, start.length), start);
});

test("decodeChange() refuses an entry of format 2 that does not say where it belongs", () => {
  const change = functionCreated("hello");
  for (const link of [{}, { revision: 1 }, { revision: "1", previous: "00" }]) {
    assert.throws(
      () => decodeChange(bytes({ format: 2, ...link, change })),
      /does not say where it belongs/,
    );
  }
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

test("a publish that counts is in its kind's second version, which earlier releases refuse", () => {
  const written = (change: Change): object => {
    const entry = JSON.parse(new TextDecoder().decode(entriesOf(change)[0]?.bytes)) as object;
    return { ...entry, change: undefined, revision: undefined, previous: undefined };
  };
  const rest = { change: undefined, revision: undefined, previous: undefined };
  assert.deepEqual(written(versionPublished("hello", 1)), { format: 3, version: 2, ...rest });
  assert.deepEqual(written(functionPublished("hello")), { format: 2, ...rest });
});

test("decodeChange() says that a newer Footlight wrote the log, when the format is a later one", () => {
  assert.throws(
    () => decodeChange(bytes({ format: 4 })),
    /newer Footlight: format 4, and this one reads up to format 3/,
  );
});

test("decodeEntry() knows the version of a change's kind in format 3, and refuses a later one by name", () => {
  const change = functionCreated("hello");
  const entry = { format: 3, revision: 1, previous: "00", change };
  const link = { revision: 1, previous: "00" };
  assert.deepEqual(decodeEntry(bytes({ ...entry, version: 1 })), { change, link });
  assert.throws(() => decodeEntry(bytes({ ...entry, version: 2 })), {
    name: "NewerChange",
    kind: "function-created in version 2",
    message: /newer Footlight: a change of type "function-created" in version 2/,
  });
});

test("a publish that counts is of a later version, which an earlier Footlight refuses", () => {
  const id = "cf_1";
  const publish = { type: "resource-published", kind: "connection-function", id } as const;
  const versionOf = (more: object): unknown => {
    const change = changeOf({ ...publish, ...more });
    const [entry] = entriesOf(change);
    assert.deepEqual(decodeChange(entry!.bytes), change);
    return (JSON.parse(Buffer.from(entry!.bytes).toString()) as { version?: number }).version;
  };
  assert.deepEqual([versionOf({}), versionOf({ number: 1, keep: 10 })], [undefined, 2]);
});

test("decodeChange() refuses what is not a change", () => {
  const other = [null, 1, "text", {}, { format: "1" }, { format: 1 }, { format: 1, change: null }];
  for (const value of other) assert.throws(() => decodeChange(bytes(value)), /^Error: It is/);
  assert.throws(() => decodeChange(new Uint8Array([0xff, 0xfe])), /It is not JSON/);
  assert.throws(() => decodeChange(new Uint8Array(0)), /It is not JSON/);
});
