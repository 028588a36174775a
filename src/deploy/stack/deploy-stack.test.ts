/**
 * Stacks that are planned, deployed, changed and destroyed, on an account in memory.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createMemoryDeploy, plainCode } from "../../../test/support/memory-deploy.ts";
import { temporaryFolder } from "../../../test/support/test-node.ts";
import { RefusedCall, type Members } from "../api/api.ts";
import { listPairs } from "../resources/key-value-store-kind.ts";
import { readCloudAssembly } from "./cloud-assembly.ts";
import { readTemplate } from "../template/template.ts";
import { isEmpty } from "./plan-stack.ts";
import { planLines, planSummary } from "./plan-text.ts";
import { StackRecord } from "./stack-record.ts";

const fn = `
  Rewrite:
    Type: AWS::CloudFront::Function
    Properties:
      Name: !Sub "\${AWS::StackName}-rewrite"
      AutoPublish: true
      FunctionConfig: {Comment: first, Runtime: cloudfront-js-2.0}
      FunctionCode: "function handler(event) { return event.request; }"
`;

const policy = `
  Policy:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        ...
`.replace(
  "...",
  `{Name: shop, MinTTL: 0, DefaultTTL: 60, MaxTTL: 100, ParametersInCacheKeyAndForwardedToOrigin:
          {CookiesConfig: {CookieBehavior: none}, HeadersConfig: {HeaderBehavior: none},
          QueryStringsConfig: {QueryStringBehavior: all}, EnableAcceptEncodingGzip: true}}`,
);

const site = `
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Comment: first
        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: allow-all
          CachePolicyId: !Ref Policy
          FunctionAssociations: [{EventType: viewer-request, FunctionARN: !GetAtt Rewrite.FunctionARN}]
        Origins:
          - {Id: site, DomainName: !GetAtt Bucket.RegionalDomainName, S3OriginConfig: {}}
      Tags: [{Key: team, Value: web}]
  Bucket: {Type: AWS::S3::Bucket}
`;

// What refers to another stands before it: the order is that of what is needed.
const shop = `Resources:${site}${policy}${fn}Outputs:\n  Domain: {Value: !GetAtt Site.DomainName, Export: {Name: shop-domain}}\n`;

test("a template is deployed in the order in which its resources need each other", async () => {
  const { deploy, state } = createMemoryDeploy();
  assert.deepEqual(await deploy(shop), ["created Policy", "created Rewrite", "created Site"]);
  const [distribution] = [...state().distributions.values()];
  assert.equal(
    distribution!.config.Origins?.Items?.[0]?.DomainName,
    "shop-bucket.s3.us-east-1.amazonaws.com",
  );
  assert.deepEqual([...state().tags.values()], [[{ Key: "team", Value: "web" }]]);
  assert.deepEqual(state().stacks.get("shop")?.outputs, {
    Domain: { value: distribution!.domainName, exportName: "shop-domain" },
  });
});

test("a second deployment of the same changes nothing", async () => {
  const { deploy, plan, changes } = createMemoryDeploy();
  await deploy(shop);
  const before = changes.length;
  assert.deepEqual(await deploy(shop), []);
  assert.deepEqual(changes.slice(before), []);
  const again = await plan(shop);
  assert.ok(isEmpty(again));
  assert.equal(planSummary(again), "nothing to change");
  assert.deepEqual(planLines(again), [
    "  left out, as it is not CloudFront's: AWS::S3::Bucket Bucket (line 16)",
  ]);
});

test("what is another is changed in place, and the plan says what", async () => {
  const { deploy, plan, state } = createMemoryDeploy();
  await deploy(shop);
  const next = shop
    .replaceAll("Comment: first", "Comment: second")
    .replace("return event.request;", "event.request.uri = '/'; return event.request;")
    .replace("Value: web", "Value: shop");
  assert.deepEqual(planLines(await plan(next)).slice(0, -1), [
    "~ update Rewrite (AWS::CloudFront::Function)",
    "      FunctionConfig.Comment: first → second",
    "      FunctionCode:",
    "      @@ -1,1 +1,1 @@",
    "      -function handler(event) { return event.request; }",
    "      \\ No newline at end of file",
    "      +function handler(event) { event.request.uri = '/'; return event.request; }",
    "      \\ No newline at end of file",
    "~ update Site (AWS::CloudFront::Distribution)",
    "      DistributionConfig.Comment: first → second",
  ]);
  assert.deepEqual(await deploy(next), ["updated Rewrite", "updated Site"]);
  assert.deepEqual(await deploy(next), []);
  assert.deepEqual([...state().tags.values()], [[{ Key: "team", Value: "shop" }]]);
  assert.match(
    Buffer.from(
      state().functions.get("shop-rewrite")!.published!.versions[1]!.copy.code,
      "base64",
    ).toString(),
    /event\.request\.uri = '\/'/,
  );
});

test("a name that changes makes another resource, and what needs it is changed before the old one goes", async () => {
  const { deploy, plan, state } = createMemoryDeploy();
  await deploy(shop);
  const next = shop.replace("-rewrite", "-redirect");
  assert.deepEqual(
    planLines(await plan(next)).filter((line) => !line.startsWith(" ")),
    [
      "± replace Rewrite (AWS::CloudFront::Function)",
      "~ update Site (AWS::CloudFront::Distribution)",
      "- delete Rewrite (AWS::CloudFront::Function shop-rewrite), once nothing asks for it",
    ],
  );
  assert.deepEqual(await deploy(next), ["created Rewrite", "updated Site", "deleted Rewrite.1"]);
  assert.deepEqual([...state().functions.keys()], ["shop-redirect"]);
  assert.deepEqual(await deploy(next), []);
});

test("what a template has no more is deleted, unless it is retained", async () => {
  const { deploy, state } = createMemoryDeploy();
  const retained = fn.replace("Type:", "DeletionPolicy: Retain\n    Type:");
  await deploy(`Resources:${policy}${retained}`);
  assert.deepEqual(await deploy(`Resources:${policy}`), ["retained Rewrite"]);
  assert.deepEqual([...state().functions.keys()], ["shop-rewrite"]);
  assert.deepEqual(Object.keys(state().stacks.get("shop")!.resources), ["Policy"]);
});

test("destroying deletes what was made, each before what it needs, and nothing else", async () => {
  const { deploy, destroy, state } = createMemoryDeploy();
  await deploy(`Resources:${fn.replace("Rewrite", "Other")}`, { stack: "other" });
  await deploy(shop);
  assert.deepEqual(await destroy(), ["deleted Site", "deleted Policy", "deleted Rewrite"]);
  assert.deepEqual([...state().functions.keys()], ["other-rewrite"]);
  assert.deepEqual([...state().stacks.keys()], ["other"]);
  assert.equal(state().distributions.size, 0);
});

test("what was done before something fails stays, and the same deployment goes on from there", async () => {
  const memory = createMemoryDeploy();
  memory.intercept = ({ method, path }) => {
    if (method === "POST" && path.endsWith("/distribution")) {
      throw new RefusedCall("ACCESS_DENIED", "not you", 403);
    }
  };
  await assert.rejects(memory.deploy(shop), {
    name: "ApplyError",
    message: "Site (AWS::CloudFront::Distribution): ACCESS_DENIED: not you",
  });
  assert.deepEqual(Object.keys(memory.state().stacks.get("shop")!.resources), [
    "Policy",
    "Rewrite",
  ]);
  memory.intercept = () => {};
  assert.deepEqual(await memory.deploy(shop), ["created Site"]);
});

for (const [what, path, id] of [
  ["by its caller reference", "/distribution", "Site"],
  ["by its name", "/function", "Rewrite"],
  ["by its name in its configuration", "/cache-policy", "Policy"],
] as const) {
  test(`what was made and could not be recorded is found ${what}, and not made twice`, async () => {
    const memory = createMemoryDeploy();
    let isMade = false;
    memory.intercept = ({ method, path: called }) => {
      // As if the process was killed between the two.
      if (isMade) throw new Error("killed");
      isMade = method === "POST" && called.endsWith(path);
    };
    await assert.rejects(memory.deploy(shop), { message: /killed/ });
    memory.intercept = () => {};
    const { distributions, functions } = memory.state();
    const counts = [distributions.size, functions.size, memory.state().resources.size];
    assert.ok((await memory.deploy(shop)).includes(`created ${id}`));
    assert.deepEqual(await memory.deploy(shop), []);
    assert.deepEqual([memory.state().distributions.size, memory.state().functions.size], [1, 1]);
    assert.equal(memory.state().resources.get("cache-policy")?.size, 1);
    assert.ok(counts.some((count) => count > 0));
  });
}

test("what who was killed had asked for, and is made late, is found too", async () => {
  const memory = createMemoryDeploy();
  let belated: Members | undefined;
  memory.intercept = ({ method, path }) => {
    if (method !== "POST" || !path.endsWith("/function")) return;
    belated = {
      ...{ Name: "shop-rewrite", FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" } },
      FunctionCode: { text: "function handler(event) { return event.request; }" },
    };
    throw new Error("killed");
  };
  await assert.rejects(memory.deploy(shop), { message: /killed/ });
  memory.intercept = async ({ method, path }) => {
    const late = belated;
    if (late === undefined || method !== "POST" || !path.endsWith("/function")) return;
    belated = undefined;
    await memory.api.perform("CreateFunction", late);
  };
  assert.ok((await memory.deploy(shop)).includes("created Rewrite"));
  assert.equal(belated, undefined);
  assert.deepEqual(await memory.deploy(shop), []);
  await memory.destroy();
  assert.equal(memory.state().functions.size, 0);
});

test("what was there before under the same name is no one's to take over", async () => {
  const { deploy, state } = createMemoryDeploy();
  await deploy(`Resources:${fn}`, { stack: "other" });
  await assert.rejects(deploy(`Resources:${fn.replace("${AWS::StackName}", "other")}`), {
    message: /^Rewrite \(AWS::CloudFront::Function\): FUNCTION_ALREADY_EXISTS/,
  });
  assert.deepEqual(state().stacks.get("shop")?.resources, {});
});

test("what somebody else changed since becomes what the template says, and the plan says so", async () => {
  const { api, deploy, plan, state } = createMemoryDeploy();
  await deploy(shop);
  const { ETag } = await api.perform("DescribeFunction", { Name: "shop-rewrite" });
  await api.perform("UpdateFunction", {
    ...{
      Name: "shop-rewrite",
      IfMatch: ETag,
      FunctionCode: Buffer.from("other").toString("base64"),
    },
    FunctionConfig: { Comment: "by hand", Runtime: "cloudfront-js-2.0" },
  });
  const [line] = planLines(await plan(shop));
  assert.match(line!, /^~ update Rewrite .*: it was changed otherwise since it was deployed/);
  assert.deepEqual(await deploy(shop), ["updated Rewrite"]);
  assert.equal(state().functions.get("shop-rewrite")?.development.config.Comment, "first");
  assert.deepEqual(await deploy(shop), []);
});

test("what somebody else deleted is made again", async () => {
  const { api, deploy } = createMemoryDeploy();
  await deploy(`Resources:${fn}`);
  const { ETag } = await api.perform("DescribeFunction", { Name: "shop-rewrite" });
  await api.perform("DeleteFunction", { Name: "shop-rewrite", IfMatch: ETag });
  assert.deepEqual(await deploy(`Resources:${fn}`), ["created Rewrite"]);
});

test("of two who deploy a stack at one time, one is told so before it makes anything", async () => {
  const memory = createMemoryDeploy();
  const first = await memory.plan(`Resources:${fn}`);
  await memory.deploy(`Resources:${policy}`);
  assert.equal(first.record.isThere, false);
  await assert.rejects(
    first.record.setResources({}),
    /somebody else is deploying the stack "shop"/,
  );
  assert.equal(memory.state().functions.size, 0);
});

test("stacks import what others export", async () => {
  const { deploy, state } = createMemoryDeploy();
  const exporting = `Resources:${fn}Outputs:\n  Arn: {Value: !GetAtt Rewrite.FunctionARN, Export: {Name: rewrite-arn}}\n`;
  await deploy(exporting, { stack: "base" });
  const importing = `Resources:${site.replace("!GetAtt Rewrite.FunctionARN", "!ImportValue rewrite-arn")}${policy}`;
  await deploy(importing);
  const [{ config } = assert.fail()] = [...state().distributions.values()];
  assert.equal(
    config.DefaultCacheBehavior?.FunctionAssociations?.Items?.[0]?.FunctionARN,
    "arn:aws:cloudfront::000000000000:function/base-rewrite",
  );
});

test("a key value store gets the pairs of its asset, and those of a new one", async () => {
  const { api, deploy, plan } = createMemoryDeploy();
  const folder = temporaryFolder();
  const pairs = Array.from({ length: 120 }, (_, index) => ({ key: `k${index}`, value: "1" }));
  mkdirSync(join(folder, "assets"));
  const write = (data: object[]): void =>
    writeFileSync(join(folder, "assets/abc.json"), JSON.stringify({ data }));
  write(pairs);
  writeFileSync(
    join(folder, "Shop.assets.json"),
    JSON.stringify({
      files: {
        abc: {
          source: { path: "assets/abc.json", packaging: "file" },
          destinations: { here: { bucketName: "assets-${AWS::AccountId}", objectKey: "abc.json" } },
        },
      },
    }),
  );
  const assembly = readCloudAssembly(join(folder, "Shop.template.json"), plainCode);
  const text = `Resources:
  Store:
    Type: AWS::CloudFront::KeyValueStore
    Properties:
      Name: redirects
      ImportSource: {SourceType: S3, SourceArn: !Sub "arn:\${AWS::Partition}:s3:::assets-\${AWS::AccountId}/abc.json"}
`;
  assert.deepEqual(await deploy(text, { assembly }), ["created Store"]);
  const arn = (await api.perform("DescribeKeyValueStore", { Name: "redirects" }))["ARN"] as string;
  assert.equal((await listPairs(arn, api)).length, 120);
  assert.ok(isEmpty(await plan(text, { assembly })));
  write([
    { key: "k0", value: "2" },
    { key: "new", value: "3" },
  ]);
  assert.deepEqual(await deploy(text, { assembly }), ["updated Store"]);
  const now = new Map((await listPairs(arn, api)).map(({ Key, Value }) => [Key, Value]));
  assert.deepEqual([now.get("k0"), now.get("k1"), now.get("new")], ["2", "1", "3"]);
});

test("resources that refer to each other in a circle are refused", async () => {
  const { plan } = createMemoryDeploy();
  const circle = `Resources:
  A: {Type: "AWS::CloudFront::KeyValueStore", DependsOn: B, Properties: {Name: a}}
  B: {Type: "AWS::CloudFront::KeyValueStore", Properties: {Name: !Ref A}}
`;
  await assert.rejects(plan(circle), { message: /in a circle: A → B → A$/ });
});

test("what Footlight can't do is refused by name, with file and line, before anything is done", async () => {
  const { plan, changes } = createMemoryDeploy();
  const of = (text: string) => `Resources:${text}${policy}`;
  for (const [text, message] of [
    [
      "\n  Later: {Type: AWS::CloudFront::LaterKind}",
      /^template\.yaml:2: Footlight does not do AWS::CloudFront::LaterKind \(Later\)/,
    ],
    [
      site.replace("!GetAtt Bucket.RegionalDomainName", "!GetAtt Videos.Endpoint") +
        "  Videos: {Type: AWS::MediaStore::Container}\n" +
        fn,
      /^template\.yaml:14: Footlight does not make Videos .* --value Videos\.Endpoint=VALUE/,
    ],
    [
      site + fn.replace("AutoPublish", "Autopublish"),
      /^template\.yaml:\d+: .*Rewrite\.Autopublish/,
    ],
    [
      site.replace("Rewrite.FunctionARN", "Rewrite.Arn") + fn,
      /Rewrite .* has no attribute Arn: it has FunctionARN/,
    ],
  ] as const) {
    await assert.rejects(plan(of(text)), { name: "TemplateError", message });
  }
  for (const [text, message] of [
    [
      "Transform: [AWS::Serverless-2016-10-31, Our::Macro]\nResources: {}",
      /^template\.yaml:1: Footlight does not do the Transform Our::Macro; macros/,
    ],
    [
      "Transform: {Name: AWS::Include, Parameters: {Location: s3://a}}\nResources: {}",
      /^template\.yaml:1: Footlight does not do the Transform AWS::Include; macros/,
    ],
    [
      "Resources:\n  Fn::ForEach::Sites: [Site, [a], {}]",
      /^template\.yaml:2: Footlight does not do Fn::ForEach::Sites in Resources; macros/,
    ],
    [
      "Resources:\n  Fn: {Type: AWS::CloudFront::Function, Properties: {Name: a, Fn::Transform: {Name: M}}}",
      /^template\.yaml:2: Footlight does not do Fn::Transform here/,
    ],
    ["Resources: {A: {Type: A::X, Propertys: {}}}", /the resource A has no member Propertys/],
  ] as const) {
    await assert.rejects(plan(text), { name: "TemplateError", message });
  }
  assert.deepEqual(changes, []);
});

test("a folder in place of a template is refused with the templates in it", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "Shop.template.json"), "{}");
  assert.throws(() => readTemplate(folder), {
    message: `${folder}: it is a folder: name a template, which may be ${join(folder, "Shop.template.json")}`,
  });
});

test("nested stacks are left out, and the plan says what to do", async () => {
  const { plan } = createMemoryDeploy();
  const nested = `Resources:${policy}  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x}}\n`;
  assert.match(
    (await plan(nested)).notices.join(),
    /nested stacks are: Inner \(line \d+\); deploy their templates/,
  );
});

test("what is given for other services' resources is taken", async () => {
  const { deploy, state } = createMemoryDeploy();
  const text =
    `Resources:${site.replace("!GetAtt Bucket.RegionalDomainName", "!GetAtt Balancer.DNSName")}${policy}${fn}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
`.replace("S3OriginConfig: {}", "CustomOriginConfig: {OriginProtocolPolicy: http-only}");
  await deploy(text, { values: new Map([["Balancer.DNSName", "lb.example"]]) });
  const [{ config } = assert.fail()] = [...state().distributions.values()];
  assert.equal(config.Origins?.Items?.[0]?.DomainName, "lb.example");
});

test("StackRecord.read() of a stack that nobody made says that it is not there", async () => {
  const { api } = createMemoryDeploy();
  const record = await StackRecord.read(api, "nobody");
  assert.deepEqual([record.isThere, record.resources, record.outputs], [false, {}, {}]);
});
