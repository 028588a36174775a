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

/** A clock on which each look takes half a millisecond. */
function slowClock(): () => number {
  let now = 0;
  return () => (now += 0.5);
}

test("Deployer.advance() serves by a small change when it returns", () => {
  const served: number[] = [];
  const serve = ({ state }: { state: State }) => served.push(state.revision);
  const deployer = new Deployer(stateOf(1, 0), serve, slowClock());
  const state = stateOf(2, 1);
  deployer.advance(state);
  assert.deepEqual(served, [2]);
  assert.equal(deployer.deployment.state, state);
});

test("Deployer works a large change out between other work, and only the newest of several", async () => {
  const served: number[] = [];
  const done = Promise.withResolvers<void>();
  const serve = ({ state }: { state: State }) => {
    served.push(state.revision);
    if (state.revision === 4) done.resolve();
  };
  const deployer = new Deployer(stateOf(1, 0), serve, slowClock());
  deployer.advance(stateOf(2, 100));
  assert.equal(deployer.deployment.state.revision, 1);
  deployer.advance(stateOf(3, 2));
  deployer.advance(stateOf(4, 3));
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (served.length === 0) setImmediate(count);
  };
  setImmediate(count);
  await done.promise;
  assert.deepEqual(served, [2, 4]);
  assert.equal(deployer.deployment.compiled.size, 3);
  assert.ok(turns > 10, `other work had ${turns} turns in between`);
});
