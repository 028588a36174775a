import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCacheControl } from "./cache-control.ts";
import { storedHeaders } from "./stored-headers.ts";

test("storedHeaders() leaves out what was about the connection", () => {
  const headers = ["ETag", '"a"', "Connection", "close, X-Hop", "x-hop", "1", "X-A", "2"];
  assert.deepEqual(storedHeaders(headers), ["ETag", '"a"', "X-A", "2"]);
  const hops = [
    "Keep-Alive",
    "Proxy-Authenticate",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  ];
  assert.deepEqual(storedHeaders(hops.flatMap((name) => [name, "x"])), []);
});

test("storedHeaders() leaves out what no-cache and private name, where it is told of them", () => {
  const headers = ["Set-Cookie", "a=b", "X-A", "1", "X-B", "2"];
  const directives = parseCacheControl('no-cache="set-cookie", private="X-A"');
  assert.deepEqual(storedHeaders(headers, directives), ["X-B", "2"]);
  assert.deepEqual(storedHeaders(headers), headers);
  assert.deepEqual(storedHeaders(headers, parseCacheControl("no-cache, private")), headers);
});
