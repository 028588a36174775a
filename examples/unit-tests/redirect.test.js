import assert from "node:assert/strict";
import { test } from "node:test";
import { eventTests, loadFunction, viewerRequest } from "footlight/testing";

const file = new URL("redirect.js", import.meta.url);
const redirect = await loadFunction(file);

test("CloudFront takes the function", () => {
  assert.deepEqual(redirect.check(), []);
});

test("a page that has moved is redirected", async () => {
  const { response, logs } = await redirect.run(viewerRequest("GET /old"));
  assert.equal(response.statusCode, 301);
  assert.equal(response.headers.location.value, "/new");
  assert.deepEqual(logs, ["moved: /old"]);
});

test("a folder is served its index, and costs little", async () => {
  const { request, computeUtilization } = await redirect.run(viewerRequest("GET /docs/"));
  assert.equal(request.uri, "/docs/index.html");
  assert.ok(computeUtilization < 20);
});

for (const { name, run } of await eventTests(file)) {
  test(`redirect.events/${name} comes out as it says`, run);
}
