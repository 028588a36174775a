/** What both operations that take a configuration promise of its rules; the tests of the rules are made from it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestAccount, type TestAccount } from "./test-account.ts";
import { ApiError } from "../../src/model/errors.ts";
import type { DistributionConfig } from "../../src/schema/shapes.ts";
import { createFunction } from "../../src/control/functions/create-function.ts";
import { publishFunction } from "../../src/control/functions/publish-function.ts";
import { createDistribution } from "../../src/control/distributions/create-distribution.ts";
import { sampleConfig } from "./sample-config.ts";
import { updateDistribution } from "../../src/control/distributions/update-distribution.ts";

/** The members that tests change, all there. */
type Mutable<Value> = Value extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : Value extends object
    ? { -readonly [Name in keyof Value]-?: Mutable<NonNullable<Value[Name]>> }
    : Value;

export type Config = Mutable<DistributionConfig>;
export type Mutation = (config: Config) => unknown;

/** What is wrong, the code that it answers, how the sample becomes so, and part of the message. */
export type Refused = readonly [what: string, code: string, mutate: Mutation, message?: RegExp];

export const wrapped = <Item>(...items: Item[]): { Quantity: number; Items: Item[] } => ({
  Quantity: items.length,
  Items: items,
});
export const many = (count: number, name = "n"): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);
export const set = (target: object, values: object): object => Object.assign(target, values);
export const origin = (config: Config, index = 0): Config["Origins"]["Items"][number] =>
  config.Origins.Items[index]!;
export const legacy = (config: Config): Config["CacheBehaviors"]["Items"][number] =>
  config.CacheBehaviors.Items[0]!;
export const standard = (config: Config): Config["DefaultCacheBehavior"] =>
  config.DefaultCacheBehavior;

export function without<Value extends object>(value: Value, name: keyof Value): void {
  delete value[name];
}

/** The sample, changed. */
export function mutated(mutate: Mutation): DistributionConfig {
  const config = sampleConfig();
  mutate(config as Config);
  return config;
}

/** With the functions `live` and `other`, and `unpublished`, which is only in DEVELOPMENT. */
async function accountWithFunctions(): Promise<TestAccount> {
  const account = createTestAccount();
  for (const Name of ["live", "other", "unpublished"]) {
    const FunctionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
    const FunctionCode = Buffer.from("function handler(e) { return e.request; }");
    const { ETag } = await createFunction({ Name, FunctionConfig, FunctionCode }, account);
    if (Name !== "unpublished") await publishFunction({ Name, IfMatch: ETag }, account);
  }
  return account;
}

/** Each is refused by CreateDistribution and by UpdateDistribution, and changes nothing. */
export function testRefused(rows: readonly Refused[]): void {
  for (const [what, code, mutate, message] of rows) {
    test(`CreateDistribution and UpdateDistribution answer ${code}, when ${what}`, async () => {
      const account = await accountWithFunctions();
      const refusal = (error: unknown): true => {
        assert.ok(error instanceof ApiError, String(error));
        assert.equal(error.code, code, error.message);
        if (message) assert.match(error.message, message);
        return true;
      };
      const empty = account.state();
      const wrong = mutated(mutate);
      await assert.rejects(createDistribution({ DistributionConfig: wrong }, account), refusal);
      assert.equal(account.state(), empty);

      const DistributionConfig = sampleConfig();
      const { Distribution, ETag } = await createDistribution({ DistributionConfig }, account);
      const before = account.state();
      const update = { Id: Distribution?.Id, IfMatch: ETag, DistributionConfig: wrong };
      await assert.rejects(updateDistribution(update, account), refusal);
      assert.equal(account.state(), before);
    });
  }
}

export function testAccepted(rows: readonly (readonly [what: string, mutate: Mutation])[]): void {
  for (const [what, mutate] of rows) {
    test(`CreateDistribution and UpdateDistribution accept it, when ${what}`, async () => {
      const account = await accountWithFunctions();
      const DistributionConfig = mutated(mutate);
      const { Distribution, ETag } = await createDistribution({ DistributionConfig }, account);
      await updateDistribution(
        { Id: Distribution?.Id, IfMatch: ETag, DistributionConfig },
        account,
      );
    });
  }
}
