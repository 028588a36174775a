import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call } from "../../test/support/call-operation.ts";
import {
  changeOf,
  distributionCreated,
  functionCreated,
  functionDeleted,
  functionUpdated,
  stateAfter,
  versionPublished,
} from "../../test/support/sample-changes.ts";
import { createTestAccount } from "../../test/support/test-account.ts";
import type { FunctionCopy } from "../model/function.ts";
import { applyChange } from "../state/apply-change.ts";
import type { Change } from "../state/change.ts";
import type { State } from "../state/state.ts";
import { foreseePublish, type Foreseen } from "./foreseen-publishes.ts";
import { copiesOnlyIn } from "./live-copies.ts";

function after(
  previous: State,
  change: Change,
): { readonly state: State; readonly foreseen: Foreseen | undefined } {
  const state = applyChange(previous, change, previous.revision + 1);
  return { state, foreseen: foreseePublish(change, state, previous) };
}

/** What both have that is compiled. */
function textOf({ code, config, kind }: FunctionCopy): unknown {
  return [code, config.Runtime, kind];
}

test("foreseePublish() tells what the publish brings of a function that a distribution uses", () => {
  const served = stateAfter(
    functionCreated("seen"),
    versionPublished("seen", 1),
    functionCreated("unseen"),
    versionPublished("unseen", 1),
    distributionCreated("E1", ["seen"]),
  );
  const { state, foreseen } = after(served, functionUpdated("seen", "bmV4dA=="));
  assert.equal(foreseen?.name, "seen");
  assert.equal(foreseen.isLikely, true);
  const published = after(state, versionPublished("seen", 2));
  assert.equal(published.foreseen, undefined);
  const [brought] = copiesOnlyIn(published.state, state);
  assert.ok(brought?.isUsed);
  assert.notEqual(brought.copy, foreseen.copy);
  assert.deepEqual(textOf(brought.copy), textOf(foreseen.copy));

  const deleted = after(state, functionDeleted("seen"));
  assert.deepEqual(deleted.foreseen, { ...foreseen, isLikely: false });
  for (const change of [functionUpdated("unseen", "bmV4dA=="), functionCreated("new")]) {
    assert.equal(after(served, change).foreseen, undefined);
  }
});

test("foreseePublish() tells what the publish brings of a connection function that was published before", async () => {
  const account = createTestAccount();
  const code = (text: string) => ({
    ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
    ConnectionFunctionCode: Buffer.from(`function connectionHandler(c) { ${text} }`),
  });
  const created = await call(account, "CreateConnectionFunction", { Name: "gate", ...code("") });
  const id = String(created["ConnectionFunctionSummary"]!["Id"]);
  const resource = () => account.state().resources.get("connection-function")?.get(id);
  const updatedNow = (): Foreseen | undefined => {
    const config = resource()!.config;
    const fact = { type: "resource-updated", kind: "connection-function", id, config } as const;
    return foreseePublish(changeOf(fact), account.state(), account.state());
  };
  const publish = (etag: unknown) =>
    call(account, "PublishConnectionFunction", { Id: id, IfMatch: String(etag) });
  assert.equal(updatedNow(), undefined, "it serves nobody yet");
  await publish(created["ETag"]);
  const updated = await call(account, "UpdateConnectionFunction", {
    ...{ Id: id, IfMatch: String(created["ETag"]) },
    ...code("c.allow()"),
  });
  const before = account.state();
  const foreseen = updatedNow();
  assert.ok(foreseen?.isLikely);
  await publish(updated["ETag"]);
  const [brought] = copiesOnlyIn(account.state(), before);
  assert.deepEqual(textOf(brought!.copy), textOf(foreseen.copy));
});
