import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../api/runs.ts";
import { newEvent } from "./event-model.ts";
import { expectationOf } from "./expectation-of.ts";

const run: Run = {
  ...{ verdict: "", differences: [], edge: { does: "ask" } },
  test: { compute_utilization: 7, logs: [], error_message: "", output: "" },
};

test("what a function has changed is expected, and not what it passes on", () => {
  const event = newEvent("viewer-request");
  const output = JSON.stringify({
    request: {
      ...event.request,
      uri: "/a",
      headers: { "x-new": { value: "1" } },
      cookies: { a: { value: "1", multiValue: [{ value: "1" }, { value: "2" }] } },
    },
  });
  assert.deepEqual(expectationOf(event, { ...run, test: { ...run.test, output } }), {
    ...{ result: "request", uri: "/a" },
    headers: { host: null, "x-new": "1" },
    cookies: { a: ["1", "2"] },
  });
});

test("an answer, a refusal and an error are expected as they are", () => {
  const event = newEvent("viewer-request");
  const output = JSON.stringify({ response: { statusCode: 301, headers: {}, cookies: {} } });
  const refused: Run = { ...run, edge: { does: "refuse", status: 502 } };
  assert.deepEqual(expectationOf(event, { ...refused, test: { ...run.test, output } }), {
    ...{ status: 301, edge: { does: "refuse", status: 502 } },
  });
  const failed = { ...run.test, error_message: "no luck" };
  assert.deepEqual(expectationOf(event, { ...run, test: failed }), { error: "no luck" });
});
