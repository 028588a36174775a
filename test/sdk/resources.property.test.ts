/** What must hold for any configuration: it comes back as it was sent, one of two rivals wins, and a refusal leaves nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as sdk from "@aws-sdk/client-cloudfront";
import * as fc from "fast-check";
import { tried } from "../support/tried.ts";
import { callOperation as call, createdId } from "../support/call-operation.ts";
import { createMemoryApi } from "../support/memory-api.ts";
import { createTestAccount } from "../support/test-account.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import type { ApiError } from "../../src/model/errors.ts";
import { commitChange } from "../../src/state/commit.ts";
import { Replica } from "../../src/state/replica.ts";
import { changeOf, contentOf, sampleAccount } from "../support/sample-changes.ts";
import type { OperationContext } from "../../src/control/operation.ts";

const v1 = "ETVPDKIKX0DER";

const name = fc.stringMatching(/^[\w-]{1,40}$/);
const comment = fc.string({
  unit: fc.constantFrom("a", "é", "😀", " ", "<", "&", ">", '"', "'"),
  maxLength: 40,
});
const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/), {
  minLength: 1,
  maxLength: 10,
});
const list = names.map((Items) => ({ Quantity: Items.length, Items }));

/** A behavior without names, or one with a list of them. */
function selection(behavior: string, member: string, plain: string[], listing: string[]) {
  return fc.oneof(
    fc.record({ [behavior]: fc.constantFrom(...plain) }),
    fc.record({ [behavior]: fc.constantFrom(...listing), [member]: list }),
  );
}

const ttls = fc
  .tuple(fc.nat(40_000_000), fc.nat(40_000_000), fc.nat(40_000_000))
  .map(([a, b, c]) => [a, b, c + 1].sort((one, other) => one - other))
  .map(([MinTTL, DefaultTTL, MaxTTL]) => ({ MinTTL, DefaultTTL, MaxTTL }));

const cachePolicy = fc
  .record({
    Name: name,
    Comment: comment,
    ttls,
    ParametersInCacheKeyAndForwardedToOrigin: fc.record({
      EnableAcceptEncodingGzip: fc.boolean(),
      EnableAcceptEncodingBrotli: fc.boolean(),
      HeadersConfig: selection("HeaderBehavior", "Headers", ["none"], ["whitelist"]),
      CookiesConfig: selection(
        "CookieBehavior",
        "Cookies",
        ["none", "all"],
        ["whitelist", "allExcept"],
      ),
      QueryStringsConfig: selection(
        "QueryStringBehavior",
        "QueryStrings",
        ["none", "all"],
        ["whitelist", "allExcept"],
      ),
    }),
  })
  // The clones have the prototype that decoded objects have.
  .map(({ ttls: seconds, ...config }) => structuredClone({ ...config, ...seconds }) as unknown)
  .map((config) => config as sdk.CachePolicyConfig);

const responseHeadersPolicy = fc
  .record(
    {
      Name: name,
      Comment: comment,
      SecurityHeadersConfig: fc.record({
        ContentTypeOptions: fc.record({ Override: fc.boolean() }),
        StrictTransportSecurity: fc.record({
          Override: fc.boolean(),
          AccessControlMaxAgeSec: fc.nat(100_000_000),
          Preload: fc.boolean(),
        }),
      }),
      ServerTimingHeadersConfig: fc.record({
        Enabled: fc.boolean(),
        SamplingRate: fc.nat(1_000_000).map((units) => units / 10_000),
      }),
      CustomHeadersConfig: names.map((given) => ({
        Quantity: given.length,
        Items: given.map((Header) => ({ Header: `x-${Header}`, Value: "a, b", Override: true })),
      })),
    },
    { requiredKeys: ["Name", "SecurityHeadersConfig"] },
  )
  .map((config) => structuredClone(config) as sdk.ResponseHeadersPolicyConfig);

test("any valid policy comes back through the SDK as it was sent", async () => {
  await fc.assert(
    fc.asyncProperty(cachePolicy, responseHeadersPolicy, async (cache, headers) => {
      const { client } = createMemoryApi();
      const created = await client.send(
        new sdk.CreateCachePolicyCommand({ CachePolicyConfig: cache }),
      );
      const { CachePolicyConfig } = await client.send(
        new sdk.GetCachePolicyConfigCommand({ Id: created.CachePolicy!.Id }),
      );
      assert.deepEqual(CachePolicyConfig, cache);
      const { ResponseHeadersPolicy } = await client.send(
        new sdk.CreateResponseHeadersPolicyCommand({ ResponseHeadersPolicyConfig: headers }),
      );
      assert.deepEqual(ResponseHeadersPolicy?.ResponseHeadersPolicyConfig, headers);
    }),
    tried(60),
  );
});

/** A node of several on one log, as an operation sees it. */
async function openNode(log: MemoryLog): Promise<OperationContext & { close(): Promise<void> }> {
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  return {
    ...createTestAccount(),
    state: () => replica.state,
    commit: async (decide) => {
      const { state } = await commitChange(log, replica, (current) => changeOf(decide(current)));
      return state;
    },
    close: () => replica.close(),
  };
}

test("of updates on several nodes that saw the same version exactly one wins", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: 3, maxLength: 6 }), async (all) => {
      const [first, ...rivals] = all;
      const log = new MemoryLog();
      const nodes = await Promise.all(rivals.map(() => openNode(log)));
      const config = (Name: string | undefined) => ({ CachePolicyConfig: { Name, MinTTL: 1 } });
      const Id = await createdId(nodes[0]!, "CreateCachePolicy", config(first));
      const outcomes = await Promise.allSettled(
        rivals.map((rival, index) =>
          call(nodes[index]!, "UpdateCachePolicy", { ...config(rival), Id, IfMatch: v1 }),
        ),
      );
      await Promise.all(nodes.map((node) => node.close()));
      const lost = outcomes.filter((outcome) => outcome.status === "rejected");
      assert.equal(lost.length, rivals.length - 1);
      for (const { reason } of lost) {
        // A node that has not seen the creation yet knows of no such policy.
        const { code } = reason as ApiError;
        assert.ok(code === "PreconditionFailed" || code === "NoSuchCachePolicy", code);
      }
    }),
    tried(50),
  );
});

/** Anything where a value of the configuration belongs. */
const anything = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(undefined),
  fc.constant({}),
  fc.constant({ Quantity: 1 }),
  fc.constant({ Items: [] }),
);

test("a policy with any member turned into anything is taken whole or refused, and never half", async () => {
  const mutation = fc.tuple(cachePolicy, fc.nat(), anything);
  await fc.assert(
    fc.asyncProperty(mutation, async ([config, index, value]) => {
      const { client, state } = createMemoryApi();
      await client.send(
        new sdk.CreateCachePolicyCommand({ CachePolicyConfig: { ...config, Name: "there" } }),
      );
      const before = contentOf(state());
      const members = Object.keys(config);
      const mutated = { ...config, [members[index % members.length]!]: value };
      const command = new sdk.CreateCachePolicyCommand({
        CachePolicyConfig: mutated,
      });
      const refusal = await client.send(command).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusal === undefined) assert.equal(state().revision, 2);
      else assert.deepEqual(contentOf(state()), before);
      if (refusal instanceof sdk.CloudFrontServiceException) {
        assert.equal(refusal.$fault, "client", refusal.message);
      }
    }),
    tried(200),
  );
});
