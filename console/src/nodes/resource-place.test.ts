import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOfResource } from "./resource-place.ts";

test("what an ARN is of is told, and where it is shown", () => {
  assert.deepEqual(placeOfResource("arn:aws:cloudfront::000000000000:function/a b"), {
    ...{ kind: "function", name: "a b", to: "/functions/a%20b" },
  });
  assert.deepEqual(placeOfResource("arn:aws:cloudfront::000000000000:edge-group/eu"), {
    ...{ kind: "edge group", name: "eu", to: undefined },
  });
  assert.deepEqual(placeOfResource("arn:aws:iam::000000000000:root"), {
    ...{ kind: "account", name: "root", to: undefined },
  });
});
