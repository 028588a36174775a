import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionEvent } from "../function-runtime.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../../test/support/sample-copy.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

const source =
  "function handler(e) { return { statusCode: 200, body: JSON.stringify([e.request.querystring, e.request.cookies]) } }";
const copy = copyOf(source);

/** Names and values, in order, that a function sees of a query string and a Cookie line. */
function pairsOf(querystring: string, cookie: string): [query: string[], cookies: string[]] {
  const event: FunctionEvent = {
    ...sampleEvent,
    request: { method: "GET", uri: "/", querystring, headers: ["Cookie", cookie] },
  };
  const { outcome } = runtime.run(copy, event);
  assert.equal(outcome.type, "response");
  const body = outcome.type === "response" ? outcome.response.body : undefined;
  const maps = JSON.parse(Buffer.from(body ?? "").toString()) as Record<
    string,
    { value: string }
  >[];
  return maps.map((map) => Object.entries(map).map(([name, { value }]) => `${name}=${value}`)) as [
    string[],
    string[],
  ];
}

test("guestBuildEvent() parts a query string at every & and each part at its first =", () => {
  assert.deepEqual(pairsOf("a=1&b&=x&&c=d=e&f=&g h= i", "")[0], [
    ...["a=1", "b=", "=x", "c=d=e", "f=", "g h= i"],
  ]);
  for (const nothing of ["", "&", "&&"]) assert.deepEqual(pairsOf(nothing, "")[0], []);
  assert.deepEqual(pairsOf("a&b&c=1", "")[0], ["a=", "b=", "c=1"]);
});

test("guestBuildEvent() takes spaces from around a cookie, but from nowhere inside it", () => {
  assert.deepEqual(pairsOf("", "a=1; b ;=x;; c = d=e ;\tf=g;\xa0h=i\xa0; ;j")[1], [
    ...["a=1", "b=", "=x", "c = d=e", "f=g", "h=i", "j="],
  ]);
  for (const nothing of ["", ";", " ; ;"]) assert.deepEqual(pairsOf("", nothing)[1], []);
});
