import assert from "node:assert/strict";
import { test } from "node:test";
import type { Logger } from "../base/logger.ts";
import { createLogger } from "./logger.ts";

/** @returns what was logged under `err` */
function logged(log: (logger: Logger) => void): {
  readonly type: string;
  readonly message: string;
} {
  const lines: string[] = [];
  log(createLogger("debug", { write: (line) => lines.push(line) }));
  assert.equal(lines.length, 1);
  const line = JSON.parse(lines[0]!) as { err: { type: string; message: string } };
  return line.err;
}

test("a logged error is written with its type, message, stack and code", () => {
  const err = Object.assign(new TypeError("no such thing"), { code: "ENOTHING" });
  const written = logged((logger) => logger.error({ err }, "failed"));
  assert.equal(written.type, "TypeError");
  assert.equal(written.message, "no such thing");
  assert.match(JSON.stringify(written), /"stack":"TypeError: no such thing.*"code":"ENOTHING"/);
});

test("a logged error is written with the errors that caused it", () => {
  const err = new Error("cannot start", { cause: new Error("port taken") });
  assert.match(
    logged((logger) => logger.warn({ err }, "failed")).message,
    /cannot start: port taken/,
  );
});

for (const thrown of ["a text", 5, null, undefined, Symbol("s")]) {
  test(`what was thrown is written, even when it is no error: ${typeof thrown}`, () => {
    const written = logged((logger) => logger.error({ err: thrown }, "failed"));
    assert.equal(written.message, String(thrown));
  });
}

test("an error under a name that would print as {} is a compile error", () => {
  const silent = createLogger("silent");
  const caught: unknown = new Error("caught");
  // @ts-expect-error an Error goes under `err`
  silent.warn({ error: new Error("known") }, "failed");
  // @ts-expect-error so does what was caught, which may be one
  silent.warn({ error: caught }, "failed");
  // @ts-expect-error deep inside others, too
  silent.warn({ about: { error: new Error("known") } }, "failed");
  silent.warn({ err: caught, about: { revision: 1, tags: ["a"] } }, "failed");
});
