import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryApi } from "../../../test/support/memory-api.ts";
import type { Fact } from "../../state/change.ts";
import type { VersionChange } from "../function-versions/version-calls.ts";
import { changeStack, deleteStack, listStacks, readStack } from "./stack-calls.ts";

const resource = {
  ...{ type: "AWS::CloudFront::Function", state: "made", id: "hello" },
  attributes: { Ref: "arn:aws:cloudfront::000000000000:function/hello" },
  ...{ asked: "aa", found: "bb", depends_on: ["Store"], is_retained: false },
};

interface Told {
  readonly etag: string;
  readonly resources: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

function open() {
  const { control, state } = createMemoryApi();
  const change = (body: object | undefined, ifMatch?: string): VersionChange => ({
    body: new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body)),
    ifMatch,
    commit: (decide: (current: ReturnType<typeof state>) => Fact) =>
      control.commit((current) => ({
        ...decide(current),
        at: "2026-01-02T03:04:05.678Z",
        cause: { operation: "x", requestId: "x", principal: "x", sourceIp: "x" },
      })),
  });
  return { change, state };
}

test("changeStack() makes a record, and merges into it what comes later", async () => {
  const { change, state } = open();
  const first = (await changeStack(
    "shop",
    change({ resources: { Hello: resource }, outputs: { Url: { value: "d1" } } }),
  )) as Told;
  const patch = { resources: { Other: { ...resource, state: "making", id: "" }, Hello: null } };
  const second = (await changeStack("shop", change(patch, first.etag))) as Told;
  assert.notEqual(second.etag, first.etag);
  assert.deepEqual(second.resources, { Other: { ...resource, state: "making", id: "" } });
  assert.deepEqual(second.outputs, { Url: { value: "d1" } });
  assert.deepEqual(readStack("shop", state()), second);
  const { items } = listStacks(state()) as { readonly items: readonly { id: string }[] };
  assert.deepEqual(
    items.map(({ id }) => id),
    ["shop"],
  );
});

test("changeStack() refuses whoever has not seen the newest record", async () => {
  const { change } = open();
  const { etag } = (await changeStack("shop", change({}))) as Told;
  await changeStack("shop", change({ resources: { Hello: resource } }, etag));
  await assert.rejects(changeStack("shop", change({}, etag)), { code: "PreconditionFailed" });
  await assert.rejects(changeStack("shop", change({})), { code: "InvalidIfMatchVersion" });
  await assert.rejects(changeStack("other", change({}, etag)), { code: "EntityNotFound" });
});

test("changeStack() names the member that makes no sense", async () => {
  const { change } = open();
  for (const [body, problem] of [
    [{ resources: { "a b": resource } }, /"a b" is no name of a resource/],
    [{ resources: { A: { ...resource, state: "gone" } } }, /resources\.A\.state must be making/],
    [{ resources: { A: { ...resource, size: 1 } } }, /resources\.A has no member "size"/],
    [{ outputs: { Url: "d1" } }, /outputs\.Url must be an object/],
    [{ outputs: { Url: { value: "x".repeat(2049) } } }, /up to 2048 characters/],
    [{ names: {} }, /There is no member "names"/],
  ] as const) {
    await assert.rejects(changeStack("shop", change(body)), { message: problem });
  }
  await assert.rejects(changeStack("1shop", change({})), { message: /A stack's name is a letter/ });
});

test("deleteStack() deletes a record that has no resources any more", async () => {
  const { change, state } = open();
  const { etag } = (await changeStack("shop", change({ resources: { A: resource } }))) as Told;
  await assert.rejects(deleteStack("shop", change(undefined, etag)), { code: "ResourceInUse" });
  const emptied = (await changeStack("shop", change({ resources: { A: null } }, etag))) as Told;
  await deleteStack("shop", change(undefined, emptied.etag));
  assert.equal(state().stacks.size, 0);
  assert.throws(() => readStack("shop", state()), { code: "EntityNotFound" });
});
