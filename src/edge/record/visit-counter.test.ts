import assert from "node:assert/strict";
import { test } from "node:test";
import { startScene } from "../../../test/edge/viewer-scene.ts";
import { VisitCounter } from "./visit-counter.ts";

for (const [status, statusClass, isCacheable] of [
  [200, "2xx", true],
  [399, "3xx", true],
  [400, "4xx", false],
  [499, "4xx", false],
  [500, "5xx", false],
] as const) {
  test(`VisitCounter counts a ${status} among the ${statusClass}`, async (t) => {
    const scene = await startScene(t, {
      origin: (_, response) => response.writeHead(status, "Any").end(),
    });
    await scene.ask("GET / HTTP/1.1");
    while (scene.visits.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    const counter = new VisitCounter();
    for (const visit of scene.visits) counter.listener(visit);
    const [counted] = counter.take();
    assert.equal(counted?.counts.statuses[statusClass], 1);
    const cacheable = Object.values(counted.counts.cacheable).reduce(
      (sum, count) => sum + count,
      0,
    );
    assert.equal(cacheable, isCacheable ? 1 : 0);
    assert.deepEqual(counter.take(), []);
  });
}
