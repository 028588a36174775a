/** Connection functions have versions, history and undo as functions have, by AWS's operations and by ours. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateConnectionFunctionCommand,
  DescribeConnectionFunctionCommand,
  GetConnectionFunctionCommand,
  PublishConnectionFunctionCommand,
  UpdateConnectionFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { footlightCalls, type Told } from "../../../test/support/footlight-calls.ts";
import { createMemoryApi } from "../../../test/support/memory-api.ts";
import type { Resource } from "../../model/resource.ts";
import { decodeSnapshot, encodeSnapshot } from "../../state/snapshot.ts";

const sourceOf = (word: string) =>
  `function connectionHandler(c) { c.logCustomData('${word}'); c.allow(); }`;
const codeOf = (word: string) => ({
  ConnectionFunctionConfig: { Comment: word, Runtime: "cloudfront-js-2.0" } as const,
  ConnectionFunctionCode: Buffer.from(sourceOf(word)),
});

/** An account with a connection function "gate" whose DEVELOPMENT says "one". */
async function startAccount() {
  const { client, state, control } = createMemoryApi();
  const call = footlightCalls(control);
  const created = await client.send(
    new CreateConnectionFunctionCommand({ Name: "gate", ...codeOf("one") }),
  );
  const Id = created.ConnectionFunctionSummary?.Id ?? "";
  const describe = (Stage: "DEVELOPMENT" | "LIVE") =>
    client.send(new DescribeConnectionFunctionCommand({ Identifier: Id, Stage }));
  const versions = () => call("GET connection-functions/gate/versions");
  return {
    ...{ Id, client, call, describe, versions, state },
    update: async (word: string) => {
      const { ETag: IfMatch } = await describe("DEVELOPMENT");
      await client.send(new UpdateConnectionFunctionCommand({ Id, IfMatch, ...codeOf(word) }));
    },
    publish: async (body?: object) =>
      call("POST connection-functions/gate/publish", (await versions()).development.etag, body),
    rollBack: async (body?: object) =>
      call("POST connection-functions/gate/rollback", (await versions()).etag, body ?? ""),
    live: async () => {
      const { ConnectionFunctionCode } = await client.send(
        new GetConnectionFunctionCommand({ Identifier: Id, Stage: "LIVE" }),
      );
      return Buffer.from(ConnectionFunctionCode ?? []).toString();
    },
    serves: () => {
      const resource = state().resources.get("connection-function")?.get(Id);
      const { published } = resource as Resource<"connection-function">;
      return published?.shares.map(({ version, copy }) => [version, copy.config.Comment]);
    },
  };
}

const numbers = ({ items }: Told) => items.map(({ version }) => version);

test("each publish is a version, by AWS's operation too, and a message says what for", async () => {
  const account = await startAccount();
  const { client, Id } = account;
  assert.deepEqual((await account.versions()).items, []);
  const { ETag: IfMatch } = await account.describe("DEVELOPMENT");
  await client.send(new PublishConnectionFunctionCommand({ Id, IfMatch }));
  await client.send(new PublishConnectionFunctionCommand({ Id, IfMatch }));
  await account.update("two");
  const told = await account.publish({ message: "lets in" });
  assert.equal(told.id, Id);
  assert.deepEqual(numbers(told), [2, 1]);
  assert.equal(told.live?.message, "lets in");
  assert.equal(told.goes_back_to, 1);
  assert.equal(await account.live(), sourceOf("two"));
  assert.deepEqual(account.serves(), [[2, "two"]]);
  const first = await account.call(`GET connection-functions/${Id}/versions/1`);
  assert.equal(Buffer.from(first.code ?? "", "base64").toString(), sourceOf("one"));
});

test("going back changes LIVE alone: its code, its configuration and its ETag", async () => {
  const account = await startAccount();
  await account.publish();
  const first = await account.describe("LIVE");
  await account.update("two");
  await account.publish();
  const development = await account.describe("DEVELOPMENT");
  const back = await account.rollBack({ message: "too strict" });
  assert.equal(back.live?.reason, "rolled-back");
  assert.ok(back.items[0]?.bad);
  assert.equal(await account.live(), sourceOf("one"));
  assert.deepEqual(account.serves(), [[1, "one"]]);
  const live = await account.describe("LIVE");
  assert.equal(live.ETag, first.ETag);
  assert.equal(live.ConnectionFunctionSummary?.ConnectionFunctionConfig?.Comment, "one");
  const now = await account.describe("DEVELOPMENT");
  assert.equal(now.ETag, development.ETag);
  assert.equal(now.ConnectionFunctionSummary?.Status, "UNPUBLISHED");
  const nothing = await account.rollBack();
  assert.match(nothing.error?.message ?? "", /has nothing to go back to from version 1/);
  assert.deepEqual(numbers(await account.publish()), [3, 2, 1], "a publish is a new version");
  assert.equal(await account.live(), sourceOf("two"));
});

test("waves are refused in words, and so is who was second, and what is not there", async () => {
  const account = await startAccount();
  await account.publish();
  await account.update("two");
  const waves = await account.publish({ waves: "10% 5m, 100%" });
  assert.match(waves.error?.message ?? "", /"gate" can't be published in waves: gates compare/);
  const { etag } = await account.versions();
  await account.publish();
  const late = await account.call("POST connection-functions/gate/rollback", etag, "");
  assert.equal(late.error?.code, "PRECONDITION_FAILED");
  const nobody = await account.call("GET connection-functions/nobody/versions");
  assert.equal(nobody.error?.code, "ENTITY_NOT_FOUND");
  assert.equal((await account.call("GET functions/gate/versions")).status, 404);
});

test("a snapshot keeps its versions, and what serves is one of them", async () => {
  const account = await startAccount();
  await account.publish();
  await account.update("two");
  await account.publish();
  await account.rollBack();
  const state = account.state();
  const restored = decodeSnapshot(encodeSnapshot(state), state.account)!;
  const [before, after] = [state, restored].map(({ resources }) =>
    resources.get("connection-function")!.get(account.Id)!,
  );
  assert.deepEqual(after, before);
  const { shares, versions } = after!.published!;
  assert.equal(shares[0]?.copy, versions[0]?.copy);
});

test("what was LIVE before versions were kept is version 1", async () => {
  const account = await startAccount();
  await account.publish();
  const text = Buffer.from(encodeSnapshot(account.state())).toString();
  const stored = JSON.parse(text) as { resources: Record<string, unknown>[] };
  const [resource] = stored.resources;
  const { live } = account.state().resources.get("connection-function")!.get(account.Id)!;
  delete resource!["versions"];
  resource!["live"] = live;
  const old = Buffer.from(JSON.stringify(stored));
  const restored = decodeSnapshot(old, account.state().account)!;
  const { published, live: now } = restored.resources.get("connection-function")!.get(account.Id)!;
  assert.deepEqual(
    published?.versions.map(({ number }) => number),
    [1],
  );
  assert.deepEqual(now, live);
});
