/** The value sets we check against, held against those of the SDK that package.json pins. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudFrontConstraints } from "../../src/schema/constraints.ts";
import { sdkValueSets } from "../../tools/sdk-value-sets.ts";

const stale = "run tools/generate-constraints.ts, with the models of the newest botocore";
const { values, members } = sdkValueSets();

test("cloudFrontConstraints has the value sets of the pinned SDK, and no others", () => {
  const ours = Object.entries(cloudFrontConstraints.shapes).flatMap(([name, constraint]) =>
    constraint.enum ? [[name, [...constraint.enum].sort()] as const] : [],
  );
  const theirs = [...values].map(([name, set]) => [name, [...set].sort()] as const);
  assert.deepEqual(Object.fromEntries(ours), Object.fromEntries(theirs), stale);
});

test("cloudFrontConstraints gives each member the value set that the pinned SDK gives it", () => {
  const ours = Object.entries(cloudFrontConstraints.members).flatMap(([owner, row]) =>
    Object.entries(row)
      .filter(([, shape]) => cloudFrontConstraints.shapes[shape]?.enum)
      .map(([member, shape]) => `${owner}.${member}: ${shape}`),
  );
  const theirs = [...members].flatMap(([owner, row]) =>
    [...row].map(([member, shape]) => `${owner}.${member}: ${shape}`),
  );
  assert.deepEqual(ours.sort(), theirs.sort(), stale);
});
