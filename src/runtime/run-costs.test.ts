import assert from "node:assert/strict";
import { test } from "node:test";
import { copyOf } from "../../test/support/sample-copy.ts";
import { createCostingRuntime, createRuntime } from "./isolate-runtime.ts";
import { runCosts } from "./run-costs.ts";
import { viewerRequest } from "./testing/short-event.ts";

const source = `import crypto from 'crypto';
function digest(text) {
  return crypto.createHash('sha256').update(text).digest('hex');
}
function handler(event) {
  var request = event.request
  request.uri = digest('a'.repeat(500)); [1].forEach(n => n + 1)
  for (var i = 0; i < 20; i++) request.uri += '-' + 'x,y,z'.split(',').length
  if (request.method === 'POST') throw new Error('none');
  switch (i) { case 20: request.uri = request.uri.toUpperCase(); break; default: request.uri = '/'; }
  return request;
}
`;

test("a run tells which of its lines and calls cost most, and is as it is without", async (t) => {
  const costing = createCostingRuntime();
  const plain = createRuntime();
  t.after(() => Promise.all([costing.close(), plain.close()]));
  const copy = copyOf(source);
  assert.equal(costing.costsOf(copy), undefined);
  const event = JSON.stringify(viewerRequest("/b"));
  const run = costing.test(copy, event);
  assert.deepEqual(run, plain.test(copy, event));
  const costs = runCosts(costing.costsOf(copy)!);
  assert.equal(costs.base, 6);
  const ran = new Map(costs.lines.map(({ line, runs }) => [line, runs]));
  assert.deepEqual(
    [...ran],
    [
      ...[
        [3, 1],
        [6, 1],
        [7, 1],
        [8, 20],
      ],
      ...[
        [9, 1],
        [10, 1],
        [11, 1],
      ],
    ],
  );
  const [first] = costs.calls;
  assert.match(first!.callee, /split|digest|update|createHash/);
  const split = costs.calls.find(({ callee }) => callee === "….split")!;
  assert.deepEqual([split.line, split.runs], [8, 20]);
  const sum = costs.base + costs.lines.reduce((all, { utilization }) => all + utilization, 0);
  assert.ok(Math.abs(sum - run.computeUtilization) < 1.5, `${sum} of ${run.computeUtilization}`);
  // The last run alone.
  costing.test(copy, event);
  assert.deepEqual(runCosts(costing.costsOf(copy)!), costs);
});

test("a run that goes over its limit tells what brought it there", async (t) => {
  const costing = createCostingRuntime();
  t.after(() => costing.close());
  const copy = copyOf(`function handler(event) {
    var text = 'a'.repeat(2000);
    while (true)
      text.split('');
  }`);
  const { errorMessage } = costing.test(copy, JSON.stringify(viewerRequest("/b")));
  assert.match(errorMessage, /limit/);
  const { lines, calls } = runCosts(costing.costsOf(copy)!);
  assert.equal(calls[0]!.callee, "text.split");
  assert.ok(lines.find(({ line }) => line === 4)!.utilization > 50);
});
