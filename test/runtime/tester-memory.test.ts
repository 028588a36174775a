/** A process that tests functions keeps no isolate of what was tested a while ago. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { createFunctionTester } from "../../src/runtime/apart/function-tester.ts";
import { copyOf } from "../support/sample-copy.ts";
import { childrenOf } from "../support/child-processes.ts";

const event = JSON.stringify({
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.7" },
  request: { method: "GET", uri: "/" },
});

const tester = createFunctionTester({ max: 2, deadlineMs: 30_000 });
after(() => tester.close());

/** Megabytes of physical memory. */
function residentMb(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kilobytes) / 1024;
}

test(
  "the memory of what tests functions does not grow with the number of copies",
  { skip: process.platform !== "linux" },
  async () => {
    const largest = (): number =>
      Math.max(...childrenOf(process.pid, "host-child").map(residentMb));
    let before = 0;
    for (let index = 0; index < 40; index += 1) {
      const copy = copyOf(`function handler(e) { return e.request } // ${index}`);
      assert.equal((await tester.test(copy, event)).errorMessage, "");
      if (index === 9) before = largest();
    }
    const grown = largest() - before;
    assert.ok(grown < 50, `${grown.toFixed(0)} MB for 30 copies`);
  },
);
