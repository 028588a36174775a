import assert from "node:assert/strict";
import { test } from "node:test";
import { footlightCalls, type Told } from "../../../test/support/footlight-calls.ts";
import { createMemoryApi } from "../../../test/support/memory-api.ts";
import type { Fact } from "../../state/change.ts";

/** An account with a function, and calls on its versions. */
function startAccount() {
  const { control } = createMemoryApi();
  const callAny = footlightCalls(control);
  const call = (line: string, ifMatch?: string, body?: object | string): Promise<Told> =>
    callAny(line.replace(" ", " functions/"), ifMatch, body);
  const cause = { operation: "Test", requestId: "", principal: "AKIA", sourceIp: "" };
  let second = 0;
  const commit = (fact: Fact) => {
    second += 1;
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    return control.commit(() => ({ ...fact, at, cause }));
  };
  const versions = () => call("GET fn/versions");
  return {
    call,
    commit,
    versions,
    state: control.state,
    update: (code: string, store?: string) =>
      commit({
        type: control.state().functions.has("fn") ? "function-updated" : "function-created",
        name: "fn",
        code: Buffer.from(code).toString("base64"),
        config: {
          Comment: code,
          Runtime: "cloudfront-js-2.0",
          ...(store && {
            KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: store }] },
          }),
        },
      }),
    publish: async (message?: string) => {
      const { development } = await versions();
      return call("POST fn/publish", development.etag, message && { message });
    },
    rollBack: async (body?: object) =>
      call("POST fn/rollback", (await versions()).etag, body ?? ""),
  };
}

type Account = ReturnType<typeof startAccount>;

async function accountWith(count: number): Promise<Account> {
  const account = startAccount();
  for (let number = 1; number <= count; number += 1) {
    await account.update(`code ${number}`);
    await account.publish(`note ${number}`);
  }
  return account;
}

const textOf = (code: string | undefined): string => Buffer.from(code ?? "", "base64").toString();

test("versions are told newest first, with who published them and what for", async () => {
  const { versions, call } = await accountWith(3);
  const told = await versions();
  assert.equal(told.live?.version, 3);
  assert.equal(told.goes_back_to, 2);
  assert.deepEqual(
    told.items.map(({ version, message, published_by }) => [version, message, published_by]),
    [
      [3, "note 3", "anonymous"],
      [2, "note 2", "anonymous"],
      [1, "note 1", "anonymous"],
    ],
  );
  assert.equal(textOf((await call("GET fn/versions/2")).code), "code 2");
  const live = await call("GET fn/versions/LIVE");
  assert.deepEqual([textOf(live.code), live.version], ["code 3", "3"]);
  assert.equal(textOf((await call("GET fn/versions/DEVELOPMENT")).code), "code 3");
});

test("what is not there is said with what there is", async () => {
  const { call, update } = await accountWith(2);
  const absent = await call("GET fn/versions/7");
  assert.equal(absent.status, 400);
  assert.match(absent.error!.message, /no version 7; those that are kept: 1, 2/);
  assert.equal((await call("GET other/versions")).error?.code, "NO_SUCH_FUNCTION_EXISTS");
  assert.equal((await call("GET fn/versions/live")).status, 400);
  const fresh = startAccount();
  await fresh.update("draft");
  assert.match((await fresh.call("GET fn/versions/LIVE")).error!.message, /was never published/);
  await update("code 3");
});

test("going back gives all traffic to the version before, and DEVELOPMENT stays as it is", async () => {
  const { rollBack, state, versions } = await accountWith(3);
  const before = state().functions.get("fn")!;
  const told = await rollBack({ message: "too many errors" });
  assert.equal(told.status, 200);
  assert.deepEqual(
    [told.live?.version, told.live?.reason, told.live?.message],
    [2, "rolled-back", "too many errors"],
  );
  const after = state().functions.get("fn")!;
  assert.equal(after.development, before.development);
  assert.equal(after.live?.code, Buffer.from("code 2").toString("base64"));
  assert.equal(after.live?.version, 2, "the ETag that it had");
  assert.notEqual(after.live?.lastModifiedTime, before.live?.lastModifiedTime);
  assert.equal(after.live?.createdTime, before.live?.createdTime);
  const { development, items } = await versions();
  assert.equal(development.is_published, false);
  assert.deepEqual(
    items.map(({ version, bad }) => [version, bad !== undefined]),
    [
      [3, true],
      [2, false],
      [1, false],
    ],
  );
});

test("going back again goes further, until there is nothing left", async () => {
  const { rollBack } = await accountWith(3);
  assert.equal((await rollBack()).live?.version, 2);
  assert.equal((await rollBack()).live?.version, 1);
  const refused = await rollBack();
  assert.equal(refused.status, 400);
  assert.match(refused.error!.message, /nothing to go back to from version 1.*name one of 2, 3/);
  assert.equal((await rollBack({ to: 3 })).live?.version, 3);
  assert.equal((await rollBack()).live?.version, 1, "2 is bad still");
});

test("whoever names an earlier version passes over those between", async () => {
  const { rollBack, update, publish } = await accountWith(3);
  const told = await rollBack({ to: 1 });
  assert.deepEqual(
    told.items.filter(({ bad }) => bad).map(({ version }) => version),
    [3, 2],
  );
  assert.equal((await rollBack()).status, 400);
  await update("code 4");
  assert.equal((await publish()).live?.version, 4);
  assert.equal((await rollBack()).live?.version, 1);
});

test("publishing what was taken back makes a version of it; publishing what is LIVE makes none", async () => {
  const { rollBack, publish } = await accountWith(2);
  await rollBack();
  const again = await publish("this time");
  assert.deepEqual([again.live?.version, again.items.length], [3, 3]);
  assert.equal(again.development.is_published, true);
  const same = await publish();
  assert.deepEqual([same.live?.version, same.items.length], [3, 3]);
});

test("a function that was published once has nothing to go back to, nor one that never was", async () => {
  const once = await accountWith(1);
  assert.match((await once.rollBack()).error!.message, /the only version that there is/);
  const never = startAccount();
  await never.update("draft");
  const refused = await never.rollBack();
  assert.deepEqual([refused.status, refused.error?.code], [404, "NO_SUCH_FUNCTION_EXISTS"]);
  assert.match(refused.error!.message, /was never published/);
});

test("nobody goes back to a version whose key value store is gone", async () => {
  const account = startAccount();
  const id = "a0000000-0000-4000-8000-00000000000a";
  const store = { id, name: "store", comment: "", pairs: [] };
  await account.commit({ type: "key-value-store-created", ...store });
  await account.update("reads", `arn:aws:cloudfront::000000000000:key-value-store/${id}`);
  await account.publish();
  await account.update("reads nothing");
  await account.publish();
  await account.commit({ type: "key-value-store-deleted", id });
  const { live } = account.state().functions.get("fn")!;
  const refused = await account.rollBack();
  assert.equal(refused.status, 400);
  assert.match(
    refused.error!.message,
    /can't go back to version 1, which reads key value store a0.*deleted/,
  );
  assert.equal(account.state().functions.get("fn")?.live, live);
});

test("who goes back must have seen what serves now: a publish in between is not undone", async () => {
  const account = await accountWith(2);
  const { etag } = await account.versions();
  await account.update("the fix");
  await account.publish();
  const refused = await account.call("POST fn/rollback", etag);
  assert.deepEqual([refused.status, refused.error?.code], [412, "PRECONDITION_FAILED"]);
  assert.equal((await account.versions()).live?.version, 3);
  const without = await account.call("POST fn/rollback");
  assert.equal(without.status, 400);
  assert.match(without.error!.message, /If-Match is missing/);
  assert.equal((await account.call("POST fn/publish", etag)).status, 412);
});

test("of two who go back at once the second is told so, also where nothing is left to go back to", async () => {
  const account = await accountWith(2);
  const { etag } = await account.versions();
  assert.equal((await account.call("POST fn/rollback", etag)).status, 200);
  const second = await account.call("POST fn/rollback", etag);
  assert.deepEqual([second.status, second.error?.code], [412, "PRECONDITION_FAILED"]);
});

test("while traffic is shared, going back ends it for the version that had all before", async () => {
  const account = await accountWith(2);
  const shares = [
    { version: 1, share: 0.8 },
    { version: 2, share: 0.2 },
  ];
  await account.rollBack();
  await account.commit({ type: "function-live-changed", name: "fn", shares, reason: "shared" });
  const told = await account.rollBack();
  assert.deepEqual([told.live?.version, told.items[0]?.bad !== undefined], [1, true]);
});

const bodies: readonly (readonly [string, RegExp])[] = [
  ['{"too":1}', /no member "too": it takes to and message/],
  ['{"to":"1"}', /to must be the number of a version, like 3, got "1"/],
  ['{"to":0}', /to must be the number/],
  ['{"to":2}', /Function "fn" gives version 2 all traffic already/],
  ['{"to":9}', /no version 9; those that are kept: 1, 2/],
  ['{"message":""}', /message must be a text of 1 to 1000 characters/],
  ["[]", /The body must be a JSON object with to and message, or empty/],
  ["{", /The body /],
];
for (const [body, why] of bodies) {
  test(`a rollback with ${body} is refused, and why is said`, async () => {
    const { call, versions } = await accountWith(2);
    const refused = await call("POST fn/rollback", (await versions()).etag, body);
    assert.equal(refused.status, 400);
    assert.equal(refused.error?.code, "VALIDATION_ERROR");
    assert.match(refused.error.message, why);
  });
}

test("the newest versions are kept, and as many as the node was started for", async () => {
  const { versions, rollBack } = await accountWith(13);
  const numbers = (await versions()).items.map(({ version }) => version);
  assert.deepEqual(numbers, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
  assert.match((await rollBack({ to: 3 })).error!.message, /no version 3/);
});

interface Rehearsal {
  readonly compared?: number;
  readonly unexpected?: number;
}

/** Tells that DEVELOPMENT was rehearsed against LIVE as it is now. */
async function rehearse(
  { call, versions }: Account,
  { compared = 2000, unexpected = 0 }: Rehearsal = {},
): Promise<Told> {
  const { development } = await versions();
  const { etag } = await call("GET fn/versions/LIVE");
  const counts = { compared, differing: unexpected, unexpected, not_comparable: 3 };
  const body = { live_etag: etag, ...counts, source: "recorded runs" };
  return call("POST fn/rehearsals", development.etag, body);
}

test("a publish that asks for a rehearsal is refused unless this very code was rehearsed well, lately, against LIVE", async () => {
  const account = await accountWith(1);
  const { call, versions, update } = account;
  const publish = async (body: object = { rehearsed_within_seconds: 600 }): Promise<Told> =>
    call("POST fn/publish", (await versions()).development.etag, body);
  const refused = async (why: RegExp, body?: object): Promise<void> => {
    const { status, error } = await publish(body);
    assert.equal(status, 412, String(why));
    assert.match(error!.message, why);
    assert.match(error!.message, /footlight rehearse fn|--min-runs/);
  };
  await update("code 2");
  await refused(/was never rehearsed/);
  assert.equal((await rehearse(account, { unexpected: 2 })).status, 200);
  await refused(/found 2 differences that nobody expects.*--accept/);
  await rehearse(account, { compared: 999 });
  await refused(/compared 999 runs, and could not compare 3; 1000 are asked for/);
  assert.equal((await versions()).live?.version, 1, "what is refused changes nothing");
  const few = { rehearsed_within_seconds: 600, min_runs: 500 };
  assert.equal((await publish(few)).live?.version, 2);

  await refused(/rehearsed against version 1, and version 2 is LIVE now/);
  await update("code 3");
  await refused(/which DEVELOPMENT holds, was not rehearsed, \w+ was/);
  const told = await rehearse(account);
  assert.equal((told as { by?: string }).by, "anonymous");
  // Each takes a second of the account's clock.
  const many = { rehearsed_within_seconds: 5, min_runs: 5000 };
  for (let second = 0; second < 5; second += 1) await refused(/5000 are asked for/, many);
  await refused(/was rehearsed 6 seconds ago, at .*, and 5 are asked for/, many);
  const inWaves = { rehearsed_within_seconds: 600, waves: "canary 5m, 100%" };
  assert.equal((await publish(inWaves)).live?.reason, "waves");
});

test("a rehearsal of what is there no more is not noted, nor one that makes no sense", async () => {
  const account = await accountWith(2);
  const { call, versions, update, rollBack } = account;
  const { development } = await versions();
  const counts = { compared: 1, differing: 0, unexpected: 0, not_comparable: 0 };
  const body = { live_etag: development.etag, ...counts, source: "an access log" };
  const note = (given: object): Promise<Told> =>
    call("POST fn/rehearsals", development.etag, given);
  for (const [wrong, why] of [
    [{ ...body, compared: -1 }, /compared must be a whole number, got -1/],
    [{ ...body, source: "" }, /source must be a text/],
    [{ ...body, live: 1 }, /no member "live"/],
  ] as const) {
    const { status, error } = await note(wrong);
    assert.equal(status, 400);
    assert.match(error!.message, why);
  }
  await rollBack();
  assert.match((await note(body)).error!.message, /in stage LIVE is/);
  await update("code 3");
  assert.equal((await note(body)).status, 412);
  for (const wrong of [
    { rehearsed_within_seconds: 0 },
    { min_runs: 5 },
    { rehearsed_within_seconds: 60, min_runs: 0 },
  ]) {
    assert.equal((await call("POST fn/publish", development.etag, wrong)).status, 400);
  }
  const never = startAccount();
  await never.update("draft");
  const asked = await never.call("POST fn/publish", (await never.versions()).development.etag, {
    rehearsed_within_seconds: 60,
  });
  assert.match(asked.error!.message, /no LIVE to rehearse against/);
});
