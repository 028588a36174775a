import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import type { Socket } from "node:net";
import { test } from "node:test";
import { ResponseWriter } from "./response-writer.ts";

for (const [what, status, isHead] of [
  ["a HEAD request", 200, true],
  ["204", 204, false],
  ["304", 304, false],
] as const) {
  test(`ResponseWriter lets go of a body that ${what} has none of`, () => {
    let discarded = 0;
    let isWhole: boolean | undefined;
    const body = {
      length: undefined,
      whole: undefined,
      discard: () => void (discarded += 1),
      sendTo: () => assert.fail("it was sent"),
    };
    const socket = new PassThrough() as unknown as Socket;
    const writer = new ResponseWriter(socket, 1000, (whole) => void (isWhole = whole));
    writer.send({ status, reason: "", fields: "", isMeasured: false, body }, isHead);
    assert.deepEqual([discarded, isWhole], [1, true]);
  });
}
