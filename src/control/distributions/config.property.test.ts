/**
 * What must hold for any configuration: what was read can be sent back and is the same, and what
 * is wrong with one is told as an API error and changes nothing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import { ApiError } from "../../model/errors.ts";
import type { DistributionConfig } from "../../schema/shapes.ts";
import { createDistribution } from "./create-distribution.ts";
import { getDistributionConfig } from "./get-distribution-config.ts";
import { getDistribution } from "./get-distribution.ts";
import {
  customOrigin,
  legacyBehavior,
  policyBehavior,
  s3Origin,
  sampleConfig,
} from "../../../test/support/sample-config.ts";
import { updateDistribution } from "./update-distribution.ts";

async function create(account: TestAccount, config: DistributionConfig): Promise<string> {
  const { Distribution } = await createDistribution({ DistributionConfig: config }, account);
  return Distribution?.Id ?? "";
}

async function readConfig(account: TestAccount, Id: string): Promise<DistributionConfig> {
  return structuredClone((await getDistributionConfig({ Id }, account)).DistributionConfig!);
}

async function sendBack(account: TestAccount, Id: string): Promise<void> {
  const { ETag: IfMatch } = await getDistribution({ Id }, account);
  const DistributionConfig = await readConfig(account, Id);
  const { Distribution } = await updateDistribution({ Id, IfMatch, DistributionConfig }, account);
  assert.deepEqual(Distribution?.DistributionConfig, DistributionConfig);
}

/** As Terraform sends it: every list has an Items element, every id is there and may be empty. */
function withEmptyElements(config: DistributionConfig): DistributionConfig {
  const none = { Quantity: 0, Items: [] };
  const behavior = {
    ...config.DefaultCacheBehavior!,
    CachePolicyId: "",
    OriginRequestPolicyId: "",
    ResponseHeadersPolicyId: "",
    RealtimeLogConfigArn: "",
    FieldLevelEncryptionId: "",
    TrustedSigners: { Enabled: false, ...none },
    TrustedKeyGroups: { Enabled: false, ...none },
    LambdaFunctionAssociations: none,
    FunctionAssociations: none,
    ForwardedValues: {
      QueryString: false,
      Cookies: { Forward: "none" as const, WhitelistedNames: none },
      Headers: none,
      QueryStringCacheKeys: none,
    },
  };
  return {
    ...config,
    Aliases: none,
    CacheBehaviors: none,
    CustomErrorResponses: none,
    OriginGroups: none,
    DefaultCacheBehavior: behavior,
    Origins: {
      Quantity: 1,
      Items: [{ ...s3Origin("local"), OriginAccessControlId: "", CustomHeaders: none }],
    },
    Restrictions: { GeoRestriction: { RestrictionType: "none", ...none } },
    WebACLId: "",
    ContinuousDeploymentPolicyId: "",
    AnycastIpListId: "",
  };
}

const minimal = buildConfig({ callerReference: "minimal", originPort: 80 });
for (const [what, config] of Object.entries({
  "the smallest configuration": minimal,
  "one that uses every kind of member": sampleConfig(),
  "one with empty elements": withEmptyElements(minimal),
  "a multi-tenant one": {
    ...sampleConfig(),
    ConnectionMode: "tenant-only" as const,
    Aliases: { Quantity: 0 },
    PriceClass: "PriceClass_All" as const,
    IsIPV6Enabled: false,
    CacheBehaviors: { Quantity: 0 },
    TenantConfig: {
      ParameterDefinitions: [
        { Name: "tenant", Definition: { StringSchema: { Required: true, DefaultValue: "a" } } },
      ],
    },
  },
})) {
  test(`What was read of ${what} can be sent back, and is the same`, async () => {
    const account = createTestAccount();
    const id = await create(account, structuredClone(config));
    await sendBack(account, id);
    await sendBack(account, id);
  });
}

const list = <Item>(items: fc.Arbitrary<Item[]>) =>
  items.map((all) => ({ Quantity: all.length, Items: all }));
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);

const origins = fc.record({
  path: fc.constantFrom("", "/a", "/a/b"),
  timeout: fc.integer({ min: 1, max: 120 }),
  port: fc.constantFrom(80, 443, 1024, 65_535),
  attempts: optional(fc.integer({ min: 1, max: 3 })),
  shield: optional(fc.constant({ Enabled: true, OriginShieldRegion: "eu-west-1" })),
  // Some short names are refused, such as te.
  headers: fc.uniqueArray(
    label.map((name) => `own-${name}`),
    { maxLength: 3 },
  ),
});

/** Valid configurations that use every part that has choices. */
const configs: fc.Arbitrary<DistributionConfig> = fc
  .record({
    origin: origins,
    isLegacy: fc.boolean(),
    patterns: fc.uniqueArray(fc.stringMatching(/^\/[a-z*?.$-]{1,8}$/), { maxLength: 4 }),
    ttls: fc.uniqueArray(fc.nat(100_000), { minLength: 3, maxLength: 3 }),
    methods: fc.constantFrom(2, 3, 7),
    aliases: list(
      fc.uniqueArray(
        label.map((name) => `${name}.example.com`),
        { maxLength: 3 },
      ),
    ),
    countries: list(fc.uniqueArray(fc.constantFrom("DE", "FR", "NZ", "US"), { maxLength: 3 })),
    errors: fc.uniqueArray(fc.constantFrom(400, 403, 404, 500, 503), { maxLength: 3 }),
    comment: fc.string({ maxLength: 60 }),
    httpVersion: fc.constantFrom("http1.1", "http2", "http3", "http2and3"),
    enabled: fc.boolean(),
    logging: fc.boolean(),
  })
  .map((given) => {
    const { origin, ttls } = given;
    const [MinTTL = 0, DefaultTTL = 0, MaxTTL = 0] = [...ttls].sort((a, b) => a - b);
    const base = given.isLegacy
      ? { ...legacyBehavior("custom"), MinTTL, DefaultTTL, MaxTTL }
      : policyBehavior("custom");
    const all = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"] as const;
    const custom = customOrigin("custom");
    const behavior = {
      ...base,
      AllowedMethods: { Quantity: given.methods, Items: all.slice(0, given.methods) },
    };
    const hasCountries = given.countries.Quantity > 0;
    return {
      ...sampleConfig(),
      Comment: given.comment,
      Enabled: given.enabled,
      HttpVersion: given.httpVersion as "http2",
      Aliases: given.aliases,
      Origins: {
        Quantity: 2,
        Items: [
          {
            ...custom,
            OriginPath: origin.path,
            ConnectionAttempts: origin.attempts,
            OriginShield: origin.shield,
            CustomHeaders: {
              Quantity: origin.headers.length,
              Items: origin.headers.map((HeaderName) => ({ HeaderName, HeaderValue: "v" })),
            },
            CustomOriginConfig: {
              ...custom.CustomOriginConfig!,
              HTTPPort: origin.port,
              OriginReadTimeout: origin.timeout,
            },
          },
          s3Origin(),
        ],
      },
      OriginGroups: { Quantity: 0 },
      DefaultCacheBehavior: behavior,
      CacheBehaviors: {
        Quantity: given.patterns.length,
        Items: given.patterns.map((PathPattern) => ({ ...behavior, PathPattern })),
      },
      CustomErrorResponses: {
        Quantity: given.errors.length,
        Items: given.errors.map((ErrorCode) => ({ ErrorCode })),
      },
      Logging: { ...sampleConfig().Logging!, Enabled: given.logging },
      Restrictions: {
        GeoRestriction: {
          RestrictionType: hasCountries ? ("blacklist" as const) : ("none" as const),
          ...given.countries,
        },
      },
    };
  });

test("Any valid configuration that was read can be sent back, and is the same", async () => {
  await fc.assert(
    fc.asyncProperty(configs, async (config) => {
      const account = createTestAccount();
      await sendBack(account, await create(account, config));
    }),
    tried(200),
  );
});

/** Another value of the same type: the wire lets no other through. Or none at all. */
const replacements: fc.Arbitrary<(old: unknown) => unknown> = fc
  .record({
    text: fc.oneof(fc.string(), fc.constantFrom("", "/", "*", "gone", "http3", "none", "a.b")),
    number: fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(0, -1, 1e9)),
    remove: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ text, number, remove }) => (old) => {
    if (remove === 0) return undefined;
    if (typeof old === "string") return text;
    if (typeof old === "number") return number;
    if (typeof old === "boolean") return !old;
    return Array.isArray(old) ? (old as unknown[]).slice(1) : undefined;
  });

/** Every place in a value, as a path of names. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Object.entries(value).flatMap(([name, member]) =>
    placesIn(member, [...path, name]),
  );
  return path.length === 0 ? inside : [path, ...inside];
}

function replaceAt(
  config: object,
  path: readonly string[],
  replace: (old: unknown) => unknown,
): void {
  let holder = config as Record<string, unknown>;
  for (const name of path.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
  const last = path.at(-1)!;
  const next = replace(holder[last]);
  if (next === undefined && !Array.isArray(holder)) delete holder[last];
  else if (next !== undefined) holder[last] = next;
}

test("A random mutation is accepted, or told as an API error that changed nothing", async () => {
  const account = createTestAccount();
  const id = await create(account, sampleConfig());
  const places = placesIn(sampleConfig());
  let accepted = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), replacements, async (path, replace) => {
      const before = account.state();
      const { ETag: IfMatch } = await getDistribution({ Id: id }, account);
      const DistributionConfig = sampleConfig();
      replaceAt(DistributionConfig, path, replace);
      try {
        await updateDistribution({ Id: id, IfMatch, DistributionConfig }, account);
        accepted++;
      } catch (error) {
        assert.ok(error instanceof ApiError, `${path.join(".")}: ${String(error)}`);
        assert.equal(account.state(), before);
        refused++;
      }
    }),
    tried(1_500),
  );
  assert.ok(accepted > 100 && refused > 100, `${accepted} accepted, ${refused} refused`);
});
