import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import { behavior, distributionOf, originConfig } from "../../test/edge/viewer-scene.ts";
import { emptyState, type State } from "../state/state.ts";
import { Deployer } from "./deployer.ts";

const patterns = Array.from({ length: 24 }, (_, i) => `/part-${i}/*`);

function stateOf(revision: number, distributions: number): State {
  const items = patterns.map((PathPattern) => ({ ...behavior(), PathPattern }));
  return {
    ...emptyState("000000000000"),
    revision,
    distributions: Map(
      Array.from({ length: distributions }, (_, i) => [
        `E${i}`,
        distributionOf(`E${i}`, `d${i}.cloudfront.localhost`, {
          CallerReference: "",
          Comment: "",
          Enabled: true,
          Origins: { Quantity: 1, Items: [originConfig(80)] },
          DefaultCacheBehavior: behavior(),
          CacheBehaviors: { Quantity: items.length, Items: items },
        }),
      ]),
    ),
  };
}

test("Deployer.advance() serves by a small change when it returns", () => {
  const served: number[] = [];
  const deployer = new Deployer(stateOf(1, 0), ({ state }) => served.push(state.revision));
  const state = stateOf(2, 1);
  deployer.advance(state);
  assert.deepEqual([served, deployer.deployment.state], [[2], state]);
});

test("Deployer works a large change out between other work, and only the newest of several", async () => {
  const served: number[] = [];
  const done = Promise.withResolvers<void>();
  const deployer = new Deployer(stateOf(1, 0), ({ state }) => {
    served.push(state.revision);
    if (state.revision === 4) done.resolve();
  });
  deployer.advance(stateOf(2, 1000));
  assert.equal(deployer.deployment.state.revision, 1, "1,000 distributions take more than a slice");
  deployer.advance(stateOf(3, 2));
  deployer.advance(stateOf(4, 3));
  let longestMs = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 1);
  await done.promise;
  clearInterval(watch);
  assert.deepEqual(served, [2, 4]);
  assert.equal(deployer.deployment.compiled.size, 3);
  // Two milliseconds a slice; the rest is for a machine that is busy with something else.
  assert.ok(longestMs < 100, `other work waited ${longestMs} ms`);
});
