import assert from "node:assert/strict";
import { test } from "node:test";
import type { ParameterDefinition } from "../api/distributions.ts";
import type { Tenant } from "../api/tenants.ts";
import { tenantForm, tenantLines, tenantSettings, type TenantForm } from "./tenant-form.ts";

const definitions: readonly ParameterDefinition[] = [
  { name: "brand", definition: { string_schema: { required: true } } },
  { name: "size", definition: { string_schema: { required: false, default_value: "m" } } },
];
const tenant: Tenant = {
  ...{ id: "dt_1", name: "shop", enabled: true, connection_group_id: "cg_1" },
  domains: [{ domain: "a.example.com" }, { domain: "b.example.com" }],
  parameters: [
    { name: "brand", value: "Shop" },
    { name: "gone", value: "x" },
  ],
  customizations: {
    web_acl: { action: "disable" },
    certificate: { arn: "arn:aws:acm:us-east-1:000000000000:certificate/1" },
    geo_restrictions: { restriction_type: "whitelist", locations: ["DE", "AT"] },
  },
};

test("a tenant is written as it was read, without what its distribution defines no more", () => {
  assert.deepEqual(tenantSettings(tenantForm(tenant), definitions), {
    ...{ connectionGroup: "cg_1", enabled: true, parameters: { brand: "Shop" } },
    domains: ["a.example.com", "b.example.com"],
    customizations: {
      certificate: "arn:aws:acm:us-east-1:000000000000:certificate/1",
      webAcl: "",
      geography: { type: "whitelist", countries: ["DE", "AT"] },
    },
  });
});

test("what is typed is read by its words, and what is empty is the distribution's", () => {
  const form: TenantForm = {
    ...tenantForm(undefined),
    ...{ domains: " a.example.com,\n\nb.example.com ", geography: "blacklist", countries: "de at" },
    ...{ webAcl: "override", webAclArn: " arn ", parameters: { brand: "", size: "l" } },
  };
  assert.deepEqual(tenantSettings(form, definitions), {
    ...{ connectionGroup: "", enabled: true, parameters: { size: "l" } },
    domains: ["a.example.com", "b.example.com"],
    customizations: {
      ...{ certificate: "", webAcl: "arn" },
      geography: { type: "blacklist", countries: ["DE", "AT"] },
    },
  });
  assert.deepEqual(tenantSettings(tenantForm(undefined), []).customizations, {
    ...{ certificate: "", webAcl: undefined, geography: undefined },
  });
});

test("two people's are compared line by line", () => {
  const group = { id: "cg_1", name: "europe", enabled: true, routing_endpoint: "" };
  assert.equal(
    tenantLines(tenantSettings(tenantForm(tenant), definitions), [group]),
    [
      ...["domain a.example.com", "domain b.example.com", "connection group europe", "enabled"],
      ...["brand = Shop", "countries whitelist DE, AT"],
      ...["certificate arn:aws:acm:us-east-1:000000000000:certificate/1", "web ACL none", ""],
    ].join("\n"),
  );
});
