import assert from "node:assert/strict";
import { test } from "node:test";
import { requestChanges, responseChanges } from "./event-difference.ts";

test("requestChanges() has a row for each part that either has", () => {
  const rows = requestChanges(
    {
      method: "GET",
      uri: "/a",
      querystring: { q: { value: "1" } },
      headers: { host: { value: "x" }, accept: { value: "a" } },
      cookies: {},
    },
    {
      method: "GET",
      uri: "/b",
      querystring: "q=1&r=2",
      headers: { host: { value: "x" } },
      cookies: { id: { value: "7" } },
    },
  );
  assert.deepEqual(
    rows.filter(({ state }) => state !== "same").map(({ part, state }) => [part, state]),
    [
      ["uri", "changed"],
      ["query r", "added"],
      ["header accept", "removed"],
      ["cookie id", "added"],
    ],
  );
});

test("responseChanges() says that all is new of a response that the function has made", () => {
  const rows = responseChanges(undefined, {
    statusCode: 301,
    statusDescription: "Moved",
    headers: { location: { value: "/b" } },
    body: { encoding: "base64", data: "aGk=" },
  });
  assert.deepEqual(
    rows.map(({ part, after, state }) => [part, after, state]),
    [
      ["status", "301 Moved", "added"],
      ["header location", "/b", "added"],
      ["body", "(base64) aGk=", "added"],
    ],
  );
});

test("responseChanges() keeps several values of a name apart", () => {
  const cookies = { a: { value: "1", multiValue: [{ value: "1" }, { value: "2" }] } };
  const [, cookie] = responseChanges({ statusCode: 200 }, { statusCode: 200, cookies });
  assert.equal(cookie?.after, "1\n2");
});
