/** Methods over real sockets: CloudFront Developer Guide, "Allowed HTTP methods" and "HTTP 403 status code (Permission Denied)". */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startScene } from "../edge/viewer-scene.ts";

const cachable = ["GET", "HEAD"] as const;
const withOptions = [...cachable, "OPTIONS"] as const;
const all = [...withOptions, "PUT", "POST", "PATCH", "DELETE"] as const;
const never = ["TRACE", "PROPFIND", "PURGE", "FOO", "VERSION-CONTROL", "get", "Get"];

for (const allowed of [cachable, withOptions, all]) {
  test(`a behavior with ${allowed.length} allowed methods answers 403 to all others`, async (t) => {
    const items = { Quantity: allowed.length, Items: [...allowed] };
    const CachedMethods = { Quantity: 2, Items: [...cachable] };
    const scene = await startScene(t, {
      behavior: { AllowedMethods: { ...items, CachedMethods } },
    });
    for (const method of [...all, ...never]) {
      const isAllowed = (allowed as readonly string[]).includes(method);
      const { status, headers, body } = await scene.ask(
        `${method} /a HTTP/1.1`,
        "Content-Length: 0",
      );
      assert.equal(status, isAllowed ? 200 : 403, method);
      if (isAllowed) continue;
      assert.equal(headers["x-cache"], "Error from cloudfront");
      assert.match(body, /is not configured to allow the HTTP request method/);
    }
    assert.deepEqual(
      scene.asked.map(({ method }) => method),
      allowed,
    );
  });
}

test("what has no method that could be one is a bad request", async (t) => {
  const scene = await startScene(t);
  for (const line of ["G(T / HTTP/1.1", "FOO / HTTP/2.5", "FOO /", "\u0001 / HTTP/1.1"]) {
    assert.equal((await scene.ask(line)).status, 400, line);
  }
});
