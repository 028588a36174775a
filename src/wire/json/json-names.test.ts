import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudFrontOperations, keyValueStoreOperations } from "../../schema/operation-table.ts";
import type { Shape, StructureShape } from "../../schema/shape.ts";
import { snakeCase } from "./json-names.ts";

test("snakeCase() keeps acronyms whole", () => {
  const names = {
    Name: "name",
    ETag: "etag",
    IfMatch: "if_match",
    FunctionARN: "function_arn",
    KeyValueStoreARN: "key_value_store_arn",
    IsIPV6Enabled: "is_ipv6_enabled",
    HTTPSPort: "https_port",
    S3OriginConfig: "s3_origin_config",
    WebACLId: "web_acl_id",
    MinTTL: "min_ttl",
    AliasICPRecordals: "alias_icp_recordals",
    NoSuchFunctionExists: "no_such_function_exists",
    CNAMEAlreadyExists: "cname_already_exists",
    TooManyDistributionCNAMEs: "too_many_distribution_cnames",
  };
  for (const [name, snake] of Object.entries(names)) assert.equal(snakeCase(name), snake);
});

test("snakeCase() gives each member of a structure a name of its own", () => {
  const seen = new Set<StructureShape>();
  const check = (shape: Shape | undefined): void => {
    if (shape?.kind === "list") check(shape.entry.shape);
    if (shape?.kind !== "structure" || seen.has(shape)) return;
    seen.add(shape);
    const names = [...shape.members.keys()];
    assert.equal(new Set(names.map(snakeCase)).size, names.length, shape.name);
    for (const member of shape.members.values()) check(member.shape);
  };
  for (const table of [cloudFrontOperations, keyValueStoreOperations]) {
    for (const { input, output } of table.values()) {
      check(input);
      check(output);
    }
  }
  assert.ok(seen.size > 400);
});
