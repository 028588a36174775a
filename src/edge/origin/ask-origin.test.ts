import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { behavior } from "../../../test/edge/viewer-scene.ts";
import { textOf, watchedBody } from "../../../test/support/watched-body.ts";
import type { OriginTarget } from "../deployment/deployed-distribution.ts";
import { forwardingOf } from "../deployment/forward-selection.ts";
import { originSettings } from "../deployment/origin-settings.ts";
import { managedPolicies } from "../deployment/policies.ts";
import { askOrigin } from "./ask-origin.ts";
import type { OriginFailure, OriginResponse, Origins } from "./origin-call.ts";
import type { Requester } from "./requester.ts";

const asked = { path: "/", querystring: undefined, headers: [] };
const forwarding = forwardingOf(behavior(), managedPolicies);
const origin = (Id: string) => originSettings({ Id, DomainName: `${Id}.example.com` });
const target: OriginTarget = {
  primary: origin("primary"),
  failover: { secondary: origin("secondary"), statuses: new Set([400, 503]) },
};
const requester = (method: string): Requester => ({
  id: "ID==",
  method,
  httpVersion: "1.1",
  scheme: "http",
  ip: "192.0.2.1",
  hostHeader: "www.example.com",
  contentLength: undefined,
  body: undefined,
  wanted: { isOver: false, whenOver() {} },
  attempts: [],
});

/** Asks a pair of origins that answer so, one after the other. */
function ask(answers: (OriginResponse | OriginFailure)[], method = "GET") {
  const left = [...answers];
  const origins: Origins = {
    ask: () => Promise.resolve(left.shift() ?? assert.fail("asked once too often")),
    close: () => Promise.resolve(),
  };
  return askOrigin(asked, target, forwarding, requester(method), {
    origins,
    originSources: undefined,
    viaName: "edge",
  });
}

function response(t: TestContext, status: number, text: string) {
  const body = watchedBody(t, text);
  return { status, reason: "", headers: [], body, isS3: false };
}

test("the body of a primary that is failed over is let go of, and the secondary's goes on", async (t) => {
  for (const status of [400, 503]) {
    const primary = response(t, status, "one");
    const got = await ask([primary, response(t, 200, "two")]);
    assert.deepEqual(primary.body.fate, ["discarded"]);
    assert.ok("body" in got);
    assert.equal(textOf(got.body), "two");
  }
});

test("a failed primary has no body to let go of", async (t) => {
  const got = await ask([{ fault: "unreachable", countsAs: [503] }, response(t, 200, "two")]);
  assert.ok("body" in got);
  assert.equal(textOf(got.body), "two");
});

test("the body of a primary that is not failed over goes on", async (t) => {
  for (const [status, method] of [
    [200, "GET"],
    [503, "PUT"],
  ] as const) {
    const got = await ask([response(t, status, "one")], method);
    assert.ok("body" in got);
    assert.equal(textOf(got.body), "one");
  }
});
