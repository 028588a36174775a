import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call } from "../../test/support/call-operation.ts";
import { createTestAccount } from "../../test/support/test-account.ts";
import { copiesOnlyIn } from "./live-copies.ts";

const code = (text: string) => ({
  ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
  ConnectionFunctionCode: Buffer.from(`function connectionHandler(c) { ${text} }`),
});

test("copiesOnlyIn() tells a connection function's copy from when it is published until another one is", async () => {
  const account = createTestAccount();
  const created = await call(account, "CreateConnectionFunction", { Name: "gate", ...code("") });
  const { Id } = created["ConnectionFunctionSummary"]!;
  const saved = String(created["ETag"]);
  const changed = async (name: "Publish" | "Update" | "Delete", IfMatch: string, more = {}) => {
    const before = account.state();
    const output = await call(account, `${name}ConnectionFunction`, { Id, IfMatch, ...more });
    const fresh = [...copiesOnlyIn(account.state(), before)];
    const old = [...copiesOnlyIn(before, account.state())];
    return { etag: String(output["ETag"]), fresh, old };
  };
  const first = await changed("Publish", saved);
  assert.deepEqual(
    first.fresh.map(({ name, copy }) => [name, copy.kind, copy.version]),
    [["gate", "connection", 1]],
  );
  assert.deepEqual(first.old, []);

  const updated = await changed("Update", saved, code("c.allow()"));
  assert.deepEqual([updated.fresh, updated.old], [[], []]);

  const second = await changed("Publish", updated.etag);
  assert.deepEqual(
    second.fresh.map(({ copy }) => copy.version),
    [2],
  );
  // The very object that was prepared: isolates are kept by it.
  assert.equal(second.old[0]?.copy, first.fresh[0]?.copy);
  const deleted = await changed("Delete", updated.etag);
  assert.equal(deleted.old[0]?.copy, second.fresh[0]?.copy);
});
