/**
 * Known kinds of request smuggling against the edge itself, and through it to node:http; servers-behind.test.ts does the
 * same with nginx. Each request is refused, or means to the server behind what it means to the edge.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startNodeHttp } from "./server-behind.ts";
import { assertNothingSmuggled } from "./send-smuggling-corpus.ts";
import { smugglingVariants } from "./smuggling-corpus.ts";

test("there are more than 200 variants, each of its own kind", (t) => {
  const { length } = smugglingVariants;
  t.diagnostic(`${length} variants`);
  assert.ok(length > 200);
  assert.equal(new Set(smugglingVariants.map(({ name }) => name)).size, length);
  const texts = smugglingVariants.map(({ text }) => text.replaceAll(/\/\d{3}\//g, "/"));
  assert.deepEqual(
    texts.filter((text, index) => texts.indexOf(text) !== index),
    [],
  );
});

for (const door of ["plain", "node:http"] as const) {
  test(`nothing is smuggled to node:http through the ${door} door`, async (t) => {
    await assertNothingSmuggled(t, await startNodeHttp(t), door);
  });
}
