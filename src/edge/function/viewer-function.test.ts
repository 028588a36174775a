/** What becomes of an origin's body when a viewer-response function has run. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { domainName, stateOf } from "../../../test/edge/viewer-scene.ts";
import { textOf, watchedBody } from "../../../test/support/watched-body.ts";
import type { EdgeFunctions, Invocation, NotRun, Outcome } from "../../runtime/function-runtime.ts";
import type { Answer } from "../answer/answer.ts";
import { hasTarget } from "../deployment/deployed-distribution.ts";
import { deploy } from "../deployment/deployment.ts";
import { findDistribution } from "../deployment/find-distribution.ts";
import { Visit } from "../record/visit.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { runViewerResponse } from "./viewer-function.ts";

const asked = { path: "/", querystring: undefined, headers: [] };
const now = () => new Date(0);
const versionChoice = { group: "default", cookies: false };
const deployment = deploy(stateOf(80, { viewerResponse: () => assert.fail("is not asked") }));

/** Runs the viewer-response function on an origin's answer; `run` is the runtime's. */
function serve(t: TestContext, run: () => Invocation | Promise<Invocation | NotRun>, left = false) {
  const distribution = findDistribution(deployment.hosts, domainName);
  const behavior = distribution?.behaviors[0];
  assert.ok(distribution && behavior && hasTarget(behavior));
  const request = { id: "ID==", method: "GET", host: domainName, ip: "192.0.2.1" } as ViewerRequest;
  const visit = new Visit(request, { isOver: left, whenOver() {} }, deployment);
  const body = watchedBody(t);
  const answer: Answer = { status: 200, reason: "", headers: [], body, result: "Miss", via: "" };
  const placed = visit.place(distribution, behavior);
  const runtime: EdgeFunctions = { run };
  return {
    body,
    result: () =>
      runViewerResponse(answer, asked, placed, { runtime, now, versionChoice, timesRuns: false }),
  };
}

const ran = (outcome: Outcome): Invocation => ({ outcome, logs: [], computeUtilization: 0 });
const changed = (statusCode: number): Outcome => ({
  type: "response",
  response: { statusCode, statusDescription: "", headers: [] },
});

const refused: [what: string, done: Invocation | NotRun, status: number][] = [
  ["an error", ran({ type: "execution-error", message: "no" }), 503],
  ["a value that is refused", ran({ type: "validation-error", message: "no" }), 502],
  ["no value", ran({ type: "no-result", message: "no" }), 503],
  [
    "a request",
    ran({ type: "request", request: { uri: "/", querystring: undefined, headers: [] } }),
    502,
  ],
  ["a status that is refused", ran(changed(99)), 502],
  ["a queue that was full", { type: "throttled" }, 503],
  ["its viewer's leaving", { type: "unwanted" }, 503],
];

for (const [what, done, status] of refused) {
  test(`an origin's body is let go of after ${what}, at once or later`, async (t) => {
    const atOnce = "outcome" in done ? [serve(t, () => done)] : [];
    for (const { body, result } of [...atOnce, serve(t, () => Promise.resolve(done))]) {
      assert.equal((await result()).status, status);
      assert.deepEqual(body.fate, ["discarded"]);
    }
  });
}

test("an origin's body is let go of when the runtime fails, at once or later", async (t) => {
  const failures = [
    () => {
      throw new Error("broken");
    },
    () => Promise.reject(new Error("broken")),
  ];
  for (const fail of failures) {
    const { body, result } = serve(t, fail);
    await assert.rejects(async () => result(), /broken/);
    assert.deepEqual(body.fate, ["discarded"]);
  }
});

test("an origin's body is let go of when its viewer has left before the function runs", async (t) => {
  const { body, result } = serve(t, () => assert.fail("nobody wants it"), true);
  assert.equal((await result()).status, 503);
  assert.deepEqual(body.fate, ["discarded"]);
});

test("an origin's body goes on after a function that changes the head alone", async (t) => {
  for (const done of [() => ran(changed(201)), () => Promise.resolve(ran(changed(201)))]) {
    const { body, result } = serve(t, done);
    const answer = await result();
    assert.ok("body" in answer);
    assert.deepEqual(body.fate, []);
    assert.equal(textOf(answer.body), "from origin");
  }
});
