/** VPC origins, Anycast lists, connection groups and tenants: the rules that are their own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call, createdId } from "../../../../test/support/call-operation.ts";
import { buildConfig } from "../../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../../test/support/test-account.ts";

const v1 = "ETVPDKIKX0DER";

const endpoint = (changes: object = {}) => ({
  VpcOriginEndpointConfig: {
    Name: "vpc",
    Arn: "arn:aws:ec2:us-east-1:000000000000:instance/i-1",
    HTTPPort: 80,
    HTTPSPort: 443,
    OriginProtocolPolicy: "http-only",
    ...changes,
  },
});

test("a VPC origin has its own ARN, and tells the endpoint's in lists", async () => {
  const account = createTestAccount();
  account.deployedRevision = 0;
  const { VpcOrigin } = await call(account, "CreateVpcOrigin", endpoint());
  const { Id, Arn, Status } = VpcOrigin!;
  assert.match(Id, /^vo_[A-Za-z0-9]{27}$/);
  assert.deepEqual(
    [Arn, Status],
    [`arn:aws:cloudfront::000000000000:vpcorigin/${String(Id)}`, "Deploying"],
  );
  account.deployedRevision = 1;
  const { VpcOriginList } = await call(account, "ListVpcOrigins");
  const [summary] = VpcOriginList!["Items"] as Record<string, unknown>[];
  assert.equal(summary!["OriginEndpointArn"], endpoint().VpcOriginEndpointConfig.Arn);
  assert.equal(summary!["Status"], "Deployed");
});

test("a VPC origin is neither updated nor deleted while a distribution has it", async () => {
  const account = createTestAccount();
  const Id = await createdId(account, "CreateVpcOrigin", endpoint());
  const base = buildConfig({ callerReference: "user", originPort: 80 });
  const origin = { Id: "local", DomainName: "x.example.com", VpcOriginConfig: { VpcOriginId: Id } };
  const DistributionConfig = { ...base, Origins: { Quantity: 1, Items: [origin] } };
  const user = await createdId(account, "CreateDistribution", { DistributionConfig });
  await assert.rejects(call(account, "DeleteVpcOrigin", { Id, IfMatch: v1 }), {
    name: "CannotDeleteEntityWhileInUse",
    message: new RegExp(user),
  });
  await assert.rejects(call(account, "UpdateVpcOrigin", { ...endpoint(), Id, IfMatch: v1 }), {
    name: "CannotUpdateEntityWhileInUse",
  });
  const by = await call(account, "ListDistributionsByVpcOriginId", { VpcOriginId: Id });
  assert.deepEqual(by["DistributionIdList"]!["Items"], [user]);
  const ResourceArn = `arn:aws:cloudfront::000000000000:vpcorigin/${Id}`;
  const owned = await call(account, "ListDistributionsByOwnedResource", { ResourceArn });
  assert.deepEqual(owned["DistributionList"]!["Items"], [
    { DistributionId: user, OwnerAccountId: "000000000000" },
  ]);
});

test("an Anycast list has 3 or 21 addresses that nobody owns, and stays while a group uses it", async () => {
  const account = createTestAccount();
  const create = (IpCount: number) =>
    call(account, "CreateAnycastIpList", { Name: `ips${IpCount}`, IpCount });
  await assert.rejects(create(4), { name: "InvalidArgument", message: /3 or 21, got 4/ });
  const { AnycastIpList } = await create(3);
  assert.deepEqual(AnycastIpList!["AnycastIps"], ["203.0.113.1", "203.0.113.2", "203.0.113.3"]);
  const { Id } = AnycastIpList!;
  await assert.rejects(
    call(account, "CreateConnectionGroup", { Name: "g", AnycastIpListId: "none" }),
    { name: "EntityNotFound" },
  );
  const group = await createdId(account, "CreateConnectionGroup", {
    Name: "g",
    AnycastIpListId: Id,
  });
  await assert.rejects(call(account, "DeleteAnycastIpList", { Id, IfMatch: v1 }), {
    name: "CannotDeleteEntityWhileInUse",
    message: new RegExp(`connection group ${group}`),
  });
  const filtered = async (AnycastIpListId: string) => {
    const input = { AssociationFilter: { AnycastIpListId } };
    const { ConnectionGroups = [] } = await call(account, "ListConnectionGroups", input);
    return (ConnectionGroups as { Id: string }[]).map((one) => one.Id);
  };
  assert.deepEqual(await filtered(Id), [group]);
  assert.deepEqual(await filtered("other"), []);
});

const uuid = "11111111-2222-3333-4444-555555555555";
const webAcl = `arn:aws:wafv2:us-east-1:000000000000:global/webacl/acl/${uuid}`;

async function withMultiTenant(account: TestAccount): Promise<string> {
  const base = buildConfig({ callerReference: "multi", originPort: 80 });
  const { ForwardedValues: _, MinTTL: __, ...behavior } = base.DefaultCacheBehavior!;
  const required = { Name: "brand", Definition: { StringSchema: { Required: true } } };
  const DistributionConfig = {
    ...base,
    DefaultCacheBehavior: { ...behavior, CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" },
    ConnectionMode: "tenant-only",
    TenantConfig: { ParameterDefinitions: [required] },
  };
  return createdId(account, "CreateDistribution", { DistributionConfig });
}

const tenant = (DistributionId: string, changes: object = {}) => ({
  Name: "tenant",
  DistributionId,
  Domains: [{ Domain: "a.example.com" }],
  Parameters: [{ Name: "brand", Value: "x" }],
  ...changes,
});

test("a tenant's domains are its own, and active while it is enabled", async () => {
  const account = createTestAccount();
  const multi = await withMultiTenant(account);
  const { DistributionTenant } = await call(account, "CreateDistributionTenant", tenant(multi));
  assert.deepEqual(DistributionTenant!["Domains"], [{ Domain: "a.example.com", Status: "active" }]);
  await assert.rejects(
    call(account, "CreateDistributionTenant", tenant(multi, { Name: "other" })),
    { name: "CNAMEAlreadyExists", message: new RegExp(DistributionTenant!["Id"]) },
  );
  const found = await call(account, "GetDistributionTenantByDomain", { Domain: "A.example.COM" });
  assert.equal(found["DistributionTenant"]!["Id"], DistributionTenant!["Id"]);
  await assert.rejects(
    call(account, "GetDistributionTenantByDomain", { Domain: "b.example.com" }),
    { name: "EntityNotFound" },
  );
});

test("CreateDistributionTenant holds a tenant to its distribution", async () => {
  const account = { ...createTestAccount(), ordersCertificates: false };
  const multi = await withMultiTenant(account);
  const { DistributionConfig } = {
    DistributionConfig: buildConfig({ callerReference: "direct", originPort: 80 }),
  };
  const direct = await createdId(account, "CreateDistribution", { DistributionConfig });
  const customized = (Customizations: object) => tenant(multi, { Customizations });
  const certificate = { ManagedCertificateRequest: { ValidationTokenHost: "cloudfront" } };
  for (const [input, name, message] of [
    [tenant("none"), "EntityNotFound", /"none"/],
    [tenant(direct), "InvalidArgument", /not multi-tenant/],
    [tenant(multi, { Parameters: [] }), "InvalidArgument", /requires the parameter "brand"/],
    [
      tenant(multi, { Parameters: [{ Name: "size", Value: "x" }] }),
      "InvalidArgument",
      /defines no parameter "size"/,
    ],
    [tenant(multi, { ConnectionGroupId: "none" }), "EntityNotFound", /connection group/],
    [tenant(multi, { Domains: [] }), "InvalidArgument", /at least one domain/],
    [tenant(multi, certificate), "InvalidArgument", /orders no certificates/],
    [customized({ WebAcl: { Action: "override", Arn: "w" } }), "InvalidArgument", /WebACLArn/],
    [customized({ WebAcl: { Action: "override" } }), "InvalidArgument", /WebACLArn/],
    [customized({ WebAcl: { Action: "disable", Arn: webAcl } }), "InvalidArgument", /only with/],
    [customized({ Certificate: { Arn: "c" } }), "InvalidArgument", /ACM certificate/],
    [
      customized({ GeoRestrictions: { RestrictionType: "whitelist", Locations: ["Mars"] } }),
      "InvalidArgument",
      /country codes.*Mars/,
    ],
    [
      customized({ GeoRestrictions: { RestrictionType: "blacklist" } }),
      "InvalidArgument",
      /country codes/,
    ],
  ] as const) {
    await assert.rejects(call(account, "CreateDistributionTenant", input), { name, message });
  }
});

test("CreateDistributionTenant takes what a tenant has instead of its distribution's settings", async () => {
  const account = createTestAccount();
  const Customizations = {
    WebAcl: { Action: "override", Arn: webAcl },
    Certificate: { Arn: `arn:aws:acm:us-east-1:000000000000:certificate/${uuid}` },
    GeoRestrictions: { RestrictionType: "whitelist", Locations: ["DE", "NZ"] },
  };
  const input = tenant(await withMultiTenant(account), { Customizations });
  const { DistributionTenant } = await call(account, "CreateDistributionTenant", input);
  assert.deepEqual(DistributionTenant!["Customizations"], Customizations);
});

test("a multi-tenant distribution has no domain name of its own, and shows nothing that it can't have", async () => {
  const account = createTestAccount();
  const Id = await withMultiTenant(account);
  const { Distribution } = await call(account, "GetDistribution", { Id });
  assert.equal(Distribution!["DomainName"], "-");
  const { DistributionConfig } = await call(account, "GetDistributionConfig", { Id });
  assert.deepEqual(Distribution!["DistributionConfig"], DistributionConfig);
  for (const [shown, members] of [
    [DistributionConfig!, ["Aliases", "PriceClass", "IsIPV6Enabled", "Staging"]],
    [DistributionConfig!, ["ContinuousDeploymentPolicyId"]],
    [DistributionConfig!["DefaultCacheBehavior"], ["TrustedSigners", "SmoothStreaming"]],
  ] as const) {
    for (const member of members) assert.ok(!(member in shown), member);
  }
  const update = { Id, IfMatch: v1, DistributionConfig };
  const updated = await call(account, "UpdateDistribution", update);
  assert.deepEqual(updated["Distribution"]!["DistributionConfig"], DistributionConfig);

  const { DistributionList } = await call(account, "ListDistributions");
  const { DomainName, Aliases, DefaultCacheBehavior } = DistributionList!["Items"][0];
  assert.deepEqual([DomainName, Aliases], ["-", { Quantity: 0 }]);
  assert.ok(!("TrustedSigners" in DefaultCacheBehavior));
});

test("a tenant's update changes what it names, and a web ACL is a customization of it", async () => {
  const account = createTestAccount();
  const multi = await withMultiTenant(account);
  const Id = await createdId(account, "CreateDistributionTenant", tenant(multi));
  const updated = await call(account, "UpdateDistributionTenant", {
    Id,
    IfMatch: v1,
    Enabled: false,
  });
  const { Name, Enabled } = updated["DistributionTenant"]!;
  assert.deepEqual([Name, Enabled], ["tenant", false]);

  const WebACLArn = `arn:aws:wafv2:us-east-1:000000000000:global/webacl/w/${uuid}`;
  const listed = async () => {
    const answer = await call(account, "ListDistributionTenantsByCustomization", { WebACLArn });
    return (answer["DistributionTenantList"] ?? []) as readonly unknown[];
  };
  const before = account.state();
  for (const text of ["w", "", WebACLArn.replace("us-east-1", "eu-west-1")]) {
    const input = { Id, WebACLArn: text, IfMatch: updated["ETag"] };
    await assert.rejects(call(account, "AssociateDistributionTenantWebACL", input), {
      name: "InvalidArgument",
      message: /^WebACLArn must be the ARN of a global AWS WAF web ACL in us-east-1, got /,
    });
  }
  assert.equal(account.state(), before);
  const { ETag } = await call(account, "AssociateDistributionTenantWebACL", {
    Id,
    WebACLArn,
    IfMatch: updated["ETag"],
  });
  assert.equal((await listed()).length, 1);
  await call(account, "DisassociateDistributionTenantWebACL", { Id, IfMatch: ETag });
  assert.equal((await listed()).length, 0);
});

test("a tenant without a connection group gets the account's default one, which is created with the first", async () => {
  const account = createTestAccount();
  const multi = await withMultiTenant(account);
  const groupOf = async (name: string): Promise<string> => {
    const Domains = [{ Domain: `${name}.example.com` }];
    const input = tenant(multi, { Name: name, Domains });
    const { DistributionTenant } = await call(account, "CreateDistributionTenant", input);
    return DistributionTenant!["ConnectionGroupId"];
  };
  const first = await groupOf("first");
  assert.equal(await groupOf("second"), first);
  const { ConnectionGroup } = await call(account, "GetConnectionGroup", { Identifier: first });
  const { IsDefault, Enabled, Ipv6Enabled, RoutingEndpoint } = ConnectionGroup!;
  assert.deepEqual([IsDefault, Enabled, Ipv6Enabled], [true, true, true]);
  assert.match(RoutingEndpoint, /^d[a-z0-9]{13}\.cloudfront\.localhost$/);
  const own = await call(account, "CreateConnectionGroup", { Name: "own" });
  assert.equal(own["ConnectionGroup"]!["IsDefault"], false);
  await assert.rejects(call(account, "DeleteConnectionGroup", { Id: first, IfMatch: v1 }), {
    message: /disabled|in use/i,
  });
});

test("origins of a multi-tenant distribution may be named by parameters that it defines", async () => {
  const account = createTestAccount();
  const base = buildConfig({ callerReference: "named", originPort: 80 });
  const { ForwardedValues: _, MinTTL: __, ...behavior } = base.DefaultCacheBehavior!;
  const create = (DomainName: string, changes: object = {}): Promise<unknown> => {
    const [local] = base.Origins!.Items!;
    const DistributionConfig = {
      ...base,
      CallerReference: DomainName,
      Origins: { Quantity: 1, Items: [{ ...local, DomainName }] },
      DefaultCacheBehavior: { ...behavior, CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" },
      ConnectionMode: "tenant-only",
      TenantConfig: {
        ParameterDefinitions: [
          { Name: "brand", Definition: { StringSchema: { Required: false } } },
        ],
      },
      ...changes,
    };
    return call(account, "CreateDistribution", { DistributionConfig });
  };
  await create("{{brand}}.example.com");
  await assert.rejects(create("{{other}}.example.com"), {
    name: "InvalidArgument",
    message: /"other" in the name of origin "local" is not defined/,
  });
  for (const wrong of [
    "{{brand}}:80",
    "{{brand}}/a.example.com",
    "{{brand.example.com",
    "{{}}.a",
  ]) {
    await assert.rejects(create(wrong), { name: "InvalidArgument" });
  }
  const direct = { ConnectionMode: "direct", TenantConfig: undefined };
  await assert.rejects(create("{{brand}}.two.example.com", direct), { name: "InvalidArgument" });
});

test("a tenant's invalidations are its own", async () => {
  const account = createTestAccount();
  const DistributionId = await withMultiTenant(account);
  const Id = await createdId(account, "CreateDistributionTenant", tenant(DistributionId));
  const batch = (CallerReference: string, path: string) => ({
    InvalidationBatch: { CallerReference, Paths: { Quantity: 1, Items: [path] } },
  });
  account.deployedRevision = account.state().revision;
  const create = (reference: string, path = "/a") =>
    call(account, "CreateInvalidationForDistributionTenant", { Id, ...batch(reference, path) });
  const { Invalidation, Location } = await create("one");
  const { Id: invalidation, Status } = Invalidation!;
  assert.equal(Status, "InProgress");
  assert.equal(
    Location,
    `https://cloudfront.amazonaws.com/2020-05-31/distribution-tenant/${Id}/invalidation/${String(invalidation)}`,
  );
  assert.equal((await create("one"))["Invalidation"]!["Id"], invalidation);
  await assert.rejects(create("one", "/b"), { name: "InvalidArgument" });
  await assert.rejects(create("two", "no slash"), { name: "InvalidArgument" });
  account.deployedRevision = account.state().revision;
  const key = { DistributionTenantId: Id, Id: invalidation };
  const got = await call(account, "GetInvalidationForDistributionTenant", key);
  assert.equal(got["Invalidation"]!["Status"], "Completed");
  const list = await call(account, "ListInvalidationsForDistributionTenant", { Id });
  assert.equal(list["InvalidationList"]!["Quantity"], 1);
  const ofDistribution = await call(account, "ListInvalidations", { DistributionId });
  assert.equal(ofDistribution["InvalidationList"]!["Quantity"], 0);
  await assert.rejects(
    call(account, "GetInvalidationForDistributionTenant", { ...key, Id: "I1" }),
    { name: "NoSuchInvalidation", message: new RegExp(`distribution tenant ${Id}`) },
  );
  for (const [name, input] of [
    ["CreateInvalidationForDistributionTenant", { Id: "dt_none", ...batch("x", "/a") }],
    ["GetInvalidationForDistributionTenant", { DistributionTenantId: "dt_none", Id: "I1" }],
    ["ListInvalidationsForDistributionTenant", { Id: DistributionId }],
  ] as const) {
    await assert.rejects(call(account, name, input), { name: "EntityNotFound" });
  }
});
