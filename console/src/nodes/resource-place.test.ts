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
  const store = "arn:aws:cloudfront::000000000000:key-value-store/1f";
  assert.deepEqual(placeOfResource(store), {
    ...{ kind: "key value store", name: "1f", to: undefined },
  });
  assert.deepEqual(placeOfResource(store, "prices"), {
    ...{ kind: "key value store", name: "prices", to: "/stores/prices" },
  });
  assert.deepEqual(placeOfResource("arn:aws:iam::000000000000:root"), {
    ...{ kind: "account", name: "root", to: undefined },
  });
});
