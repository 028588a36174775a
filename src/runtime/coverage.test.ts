import assert from "node:assert/strict";
import { test } from "node:test";
import { copyOf } from "../../test/support/sample-copy.ts";
import { createCountingRuntime, createRuntime } from "./isolate-runtime.ts";
import { viewerRequest } from "./testing/short-event.ts";

const source = `function handler(event) {
  var request = event.request;
  if (request.uri === '/a') {
    return request;
  }
  var kind = request.method === 'GET' ? 'read' : 'write';
  if (kind === 'write')
    throw new Error(kind || 'none');
  else for (var i = 0; i < 3; i++) request.uri += i;
  switch (kind) {
    case 'read': request.uri += 'r'; break;
    default: request.uri += 'w';
  }
  [1].forEach((n) => n + 1);
  return request;
}
function unused() { return 1; }
`;

test("statements and branches are counted, and the run is as it is without", async (t) => {
  const counting = createCountingRuntime();
  const plain = createRuntime();
  t.after(() => Promise.all([counting.close(), plain.close()]));
  const copy = copyOf(source);
  assert.equal(counting.coverageOf(copy), undefined);
  const event = JSON.stringify(viewerRequest("/b"));
  const counted = counting.test(copy, event);
  assert.deepEqual(counted, plain.test(copy, event));
  assert.match(counted.output, /"uri":"\/b012r"/);
  counting.test(copy, event);
  const { points, branches, hits } = counting.coverageOf(copy)!;
  const ran = points
    .map(({ kind, line }, index) => [line, kind, hits[index]!] as const)
    .filter(([, kind]) => kind === "statement")
    .map(([line, , count]) => [line, count]);
  const expected = [
    [2, 2],
    [3, 2],
    [4, 0],
    [6, 2],
    [7, 2],
    [8, 0],
    [9, 2],
    [9, 6],
    [10, 2],
  ];
  const rest = [
    [11, 2],
    [11, 2],
    [12, 0],
    [14, 2],
    [14, 2],
    [15, 2],
    [17, 0],
  ];
  const inOrder = ran.sort(([one = 0], [other = 0]) => one - other);
  assert.deepEqual(inOrder, [...expected, ...rest]);
  const taken = branches.map(({ line, point, without }) => [
    line,
    hits[point]! - (without === undefined ? 0 : hits[without]!),
  ]);
  taken.sort(([one = 0], [other = 0]) => one - other);
  assert.deepEqual(taken, [
    [3, 0],
    [3, 2],
    [6, 2],
    [6, 0],
    [7, 0],
    [7, 2],
    [8, 0],
    [11, 2],
    [12, 0],
  ]);
});
