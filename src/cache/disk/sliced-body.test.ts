import assert from "node:assert/strict";
import { test } from "node:test";
import { PacedSink } from "../../../test/support/body-ends.ts";
import { SlicedBody } from "./sliced-body.ts";

test("a slice that can't be read breaks off, whether that shows at once or later, and lets go", async () => {
  const reads = [
    () => {
      throw new Error("The file of the body is not open");
    },
    () => Promise.reject(new Error("EIO")),
  ];
  for (const read of reads) {
    let done = 0;
    const slice = new SlicedBody(0, 10, 10, { read, done: () => (done += 1) });
    const sink = new PacedSink();
    slice.sendTo(sink);
    await Promise.resolve();
    assert.deepEqual([sink.fate, done], ["broken", 1]);
  }
});
