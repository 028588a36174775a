import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { domainName, stateOf } from "../../../test/edge/viewer-scene.ts";
import { Recurring } from "../../base/recurring.ts";
import { deploy } from "../deployment/deployment.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { distributionFor } from "./recurring-host.ts";

const viewer = { host: domainName, recurring: new Recurring() } as ViewerRequest;
const first = deploy(stateOf(80));

test("lines that recur lead to the same distribution, until another deployment serves", () => {
  const once = distributionFor(first.hosts, viewer)!;
  assert.equal(once.id, "E1");
  assert.equal(distributionFor(first.hosts, viewer), once);
  const changed = deploy(stateOf(81), first);
  const then = distributionFor(changed.hosts, viewer)!;
  assert.notEqual(then, once);
  // What began before goes on with what there was.
  assert.equal(distributionFor(first.hosts, viewer), once);
});

test("lines that recur lead nowhere as long as no distribution has its name", () => {
  const other = { host: "other.example", recurring: new Recurring() } as ViewerRequest;
  for (let time = 0; time < 2; time += 1) {
    assert.equal(distributionFor(first.hosts, other), undefined);
  }
  const config = { Aliases: { Quantity: 1, Items: ["other.example"] } };
  const changed = deploy(stateOf(80, { config }), first);
  assert.equal(distributionFor(changed.hosts, other)?.id, "E1");
});

test("lines that come no more keep no table of an account's names", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const old = new WeakRef(askOnce());
  distributionFor(first.hosts, viewer);
  // What a WeakRef was made of stays until the turn is over.
  await sleep(1);
  collect();
  assert.ok(old.deref() === undefined);
  assert.ok(cameOnce.recurring);
});

const cameOnce = { host: domainName, recurring: new Recurring() } as ViewerRequest;

function askOnce(): object {
  const { hosts } = deploy(stateOf(82), first);
  assert.equal(distributionFor(hosts, cameOnce)?.id, "E1");
  return hosts.distributions.exact;
}
