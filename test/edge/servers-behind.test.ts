/**
 * Odd messages through the edge to servers that people run behind it: whatever a viewer sends, what the edge makes of it is
 * well-formed to nginx and to node:http, and neither finds a request in it that was none to the edge.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as fc from "fast-check";
import { oddConnection, rounds, seed, timeout } from "../support/odd-messages.ts";
import { skipWithout } from "../support/optional.ts";
import { assertNothingSmuggled } from "./send-smuggling-corpus.ts";
import { startNginx, startNodeHttp } from "./server-behind.ts";
import { talk } from "./talk.ts";
import { domainName, startScene } from "./viewer-scene.ts";

const withoutNginx = skipWithout(["nginx", "-v"]);

for (const { name, start, skip } of [
  { name: "nginx", start: startNginx, skip: withoutNginx },
  { name: "node:http", start: startNodeHttp, skip: false },
]) {
  const title = `what odd requests of viewers become is well-formed to ${name}, and hides nothing`;
  test(title, { timeout, skip }, async (t) => {
    const behind = await start(t);
    const scene = await startScene(t, { originPort: behind.port });
    const property = fc.asyncProperty(oddConnection(domainName), async (packets) => {
      await talk(scene.port, packets, 50);
    });
    await fc.assert(property, { seed, numRuns: rounds });
    const end = `GET /end HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`;
    assert.match(await talk(scene.port, [end], 5000), /^HTTP\/1\.1 200/);
    while (behind.asked().at(-1) !== "GET /end") await wait(20);
    assert.deepEqual(behind.complaints(), []);
    const asked = behind.asked().slice(0, -1);
    assert.deepEqual(
      asked.filter((each) => !/^[A-Z]+ \/(\d+|last)$/.test(each)),
      [],
    );
    assert.ok(asked.length > rounds / 4, `${asked.length} requests of ${rounds} connections`);
  });
}

for (const door of ["plain", "node:http"] as const) {
  test(
    `nothing is smuggled to nginx through the ${door} door`,
    { skip: withoutNginx },
    async (t) => {
      await assertNothingSmuggled(t, await startNginx(t), door);
    },
  );
}
