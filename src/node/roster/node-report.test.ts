import assert from "node:assert/strict";
import { test } from "node:test";
import { isNodeReport } from "./node-report.ts";

const report = {
  ...{ id: "ff8ea35eceda", name: "edge-1", kind: "edge", group: "eu", revision: 7, head: "ab" },
  ...{ logReachable: true, aheadOfLog: 0, version: "1", since: "2026-01-01T00:00:00.000Z" },
  address: "http://192.0.2.1:8080",
};

test("isNodeReport() takes what a node of this version or another says, and nothing that it can't", () => {
  for (const said of [report, { ...report, notReady: "a\nb" }, { ...report, later: [1] }]) {
    assert.ok(isNodeReport(said));
  }
  for (const wrong of [
    ...[{ id: "\0" }, { name: "\u001b[2J" }, { address: "x".repeat(2000) }, { group: "a\r" }],
    ...[{ revision: -1 }, { revision: 0.5 }, { revision: 1e308 }, { revision: "7" }],
    ...[{ logTrouble: "x".repeat(20_000) }, { logTrouble: {} }, { name: 5 }, { since: undefined }],
  ]) {
    assert.equal(isNodeReport({ ...report, ...wrong }), false, JSON.stringify(wrong).slice(0, 80));
  }
});
