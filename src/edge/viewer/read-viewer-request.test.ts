import assert from "node:assert/strict";
import { test } from "node:test";
import { readViewerRequest } from "./read-viewer-request.ts";

function ipOf(address: string): string {
  const head = { method: "GET", target: "/", httpVersion: "1.1", headers: ["Host", "a.example"] };
  const request = readViewerRequest({ ...head, tls: undefined, address, port: 5000 }, 0);
  assert.ok("ip" in request);
  return request.ip;
}

test("a viewer over IPv4 has that address on a socket of both families too", () => {
  assert.equal(ipOf("192.0.2.1"), "192.0.2.1");
  assert.equal(ipOf("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(ipOf("2001:db8::ffff:1"), "2001:db8::ffff:1");
  assert.equal(ipOf("::1"), "::1");
});

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
