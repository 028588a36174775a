import assert from "node:assert/strict";
import { test } from "node:test";
import { readViewerRequest } from "./read-viewer-request.ts";

test("readViewerRequest() reads each Host for itself, whatever came before", () => {
  const hostOf = (header: string): string => {
    const head = { method: "GET", target: "/", httpVersion: "1.1", headers: ["Host", header] };
    const from = { tls: undefined, address: "192.0.2.1", port: 1 } as const;
    const request = readViewerRequest({ ...head, ...from }, 0);
    return "sentence" in request ? "refused" : request.host;
  };
  const hosts = ["A.example:80", "A.example:80", "b.example.", "a/b", "b.example.", "", "a/b"];
  assert.deepEqual(hosts.map(hostOf), [
    ...["a.example", "a.example", "b.example", "refused", "b.example", "", "refused"],
  ]);
});
