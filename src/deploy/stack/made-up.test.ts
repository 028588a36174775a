/**
 * What templates ask of resources that nobody makes here.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDeploy } from "../../../test/support/memory-deploy.ts";
import { planLines } from "./plan-text.ts";

function site(domainName: string, more = ""): string {
  return `
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        DefaultCacheBehavior: {TargetOriginId: a, ViewerProtocolPolicy: allow-all, CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad}
        Origins: [{Id: a, DomainName: ${domainName}, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
${more}`;
}

for (const [what, resource, domainName, pattern] of [
  [
    "a Lambda function's URL",
    "Api: {Type: AWS::Lambda::Url}",
    "!Select [2, !Split ['/', !GetAtt Api.FunctionUrl]]",
    /^[0-9a-f]{32}\.lambda-url\.us-east-1\.on\.aws$/,
  ],
  [
    "a REST API",
    "Api: {Type: AWS::ApiGateway::RestApi}",
    '!Sub "${Api}.execute-api.${AWS::Region}.amazonaws.com"',
    /^[0-9a-f]{10}\.execute-api\.us-east-1\.amazonaws\.com$/,
  ],
  [
    "an HTTP API",
    "Api: {Type: AWS::ApiGatewayV2::Api}",
    '!Select [1, !Split ["://", !GetAtt Api.ApiEndpoint]]',
    /^[0-9a-f]{10}\.execute-api\.us-east-1\.amazonaws\.com$/,
  ],
  [
    "a load balancer",
    "Api: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}",
    "!GetAtt Api.DNSName",
    /^shop-api-\d+\.us-east-1\.elb\.amazonaws\.com$/,
  ],
  [
    "a server",
    "Api: {Type: AWS::EC2::Instance}",
    "!GetAtt Api.PublicDnsName",
    /^ec2-203-0-113-\d+\.compute-1\.amazonaws\.com$/,
  ],
  [
    "a service of App Runner",
    "Api: {Type: AWS::AppRunner::Service}",
    "!GetAtt Api.ServiceUrl",
    /^[0-9a-f]{10}\.us-east-1\.awsapprunner\.com$/,
  ],
] as const) {
  test(`${what} has a name of AWS's form, which a node is told what stands for`, async () => {
    const { deploy, plan, state } = createMemoryDeploy();
    const text = `Resources:${site(domainName, `  ${resource}\n`)}`;
    const { origins } = await plan(text);
    assert.equal(origins.length, 1);
    assert.match(origins[0]!.domainName, pattern);
    assert.deepEqual(await deploy(text), ["created Site"]);
    const [{ config } = assert.fail()] = [...state().distributions.values()];
    assert.equal(config.Origins?.Items?.[0]?.DomainName, origins[0]!.domainName);
    assert.deepEqual(await deploy(text), []);
  });
}

test("a template of AWS's SAM deploys, with the resources that its functions imply", async () => {
  const { deploy, plan, state } = createMemoryDeploy();
  const text = `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Timeout: 3}}
Resources:${site("!Select [2, !Split ['/', !GetAtt FnUrl.FunctionUrl]]")}
  Fn:
    Type: AWS::Serverless::Function
    Connectors: {Reads: {}}
    Properties: {FunctionUrlConfig: {AuthType: AWS_IAM}, AutoPublishAlias: live, Events: {A: {Type: HttpApi}}}
Outputs:
  Url: {Value: !GetAtt FnUrl.FunctionUrl}
  Api: {Value: !Sub "https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com"}
  Version: {Value: !Ref Fn.Version}
  Role: {Value: !GetAtt FnRole.Arn}
`;
  const { notices, origins } = await plan(text);
  assert.match(origins[0]!.domainName, /\.on\.aws$/);
  assert.ok(notices.some((notice) => /AWS::Serverless::Function Fn \(line \d+\)/.test(notice)));
  assert.deepEqual(await deploy(text), ["created Site"]);
  const { outputs } = state().stacks.get("shop")!;
  assert.match(outputs["Api"]!.value, /^https:\/\/[0-9a-f]{10}\.execute-api\./);
  assert.match(
    outputs["Version"]!.value,
    /^arn:aws:lambda:us-east-1:\d+:function:shop-FnVersion:1$/,
  );
  assert.match(outputs["Role"]!.value, /^arn:aws:iam::\d+:role\/shop-FnRole$/);
});

test("what the template itself says is not made up, and an origin whose name has it is asked as it is", async () => {
  const { plan } = createMemoryDeploy();
  const text = `Resources:${site("production.shop.example", "  Stage: {Type: AWS::ApiGateway::Stage, Properties: {StageName: production}}\n")}
        Comment: !Ref Stage
`;
  assert.deepEqual((await plan(text.replace(/(\n {2}Stage:.*\n)([^]*)$/, "$2$1"))).origins, []);
});

test("Lambda@Edge and web ACLs have ARNs that the API takes", async () => {
  const { deploy } = createMemoryDeploy();
  const lambda =
    "{TargetOriginId: a, LambdaFunctionAssociations: [{EventType: origin-request, LambdaFunctionARN: !Ref Version}],";
  const text = `Resources:${site("a.example").replace("{TargetOriginId: a,", lambda)}
        WebACLId: !GetAtt Acl.Arn
  Fn: {Type: AWS::Lambda::Function}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}
  Acl: {Type: AWS::WAFv2::WebACL}
`;
  assert.deepEqual(await deploy(text), ["created Site"]);
});

const more = `Resources:
  Videos:
    Type: AWS::CloudFront::StreamingDistribution
    Properties:
      StreamingDistributionConfig:
        Comment: first
        Enabled: true
        Logging: {Bucket: "", Enabled: false, Prefix: ""}
        S3Origin: {DomainName: videos.s3.amazonaws.com, OriginAccessIdentity: ""}
        TrustedSigners: {Enabled: true, AwsAccountNumbers: [self]}
      Tags: [{Key: team, Value: web}]
  Addresses:
    Type: AWS::CloudFront::AnycastIpList
    Properties: {Name: fixed, IpCount: "3", Tags: {Items: [{Key: team, Value: web}]}}
Outputs:
  Videos: {Value: !GetAtt Videos.DomainName}
`;

test("streaming distributions and Anycast IP lists are made, changed, and deleted", async () => {
  const { deploy, destroy, plan, state } = createMemoryDeploy();
  assert.deepEqual(await deploy(more), ["created Videos", "created Addresses"]);
  assert.match(state().stacks.get("shop")!.outputs["Videos"]!.value, /^s\w+\./);
  assert.deepEqual(await deploy(more), []);
  const next = more.replace("first", "second").replace('IpCount: "3"', "IpCount: 21");
  assert.deepEqual(
    planLines(await plan(next)).filter((line) => /^[~±]/.test(line)),
    [
      "~ update Videos (AWS::CloudFront::StreamingDistribution)",
      "± replace Addresses (AWS::CloudFront::AnycastIpList)",
    ],
  );
  assert.deepEqual(await deploy(more.replace("first", "second")), ["updated Videos"]);
  assert.deepEqual((await destroy()).toSorted(), ["deleted Addresses", "deleted Videos"]);
});

test("where a deployment stops, what is left to do is known", async () => {
  const memory = createMemoryDeploy();
  const fn = (id: string, comment: string): string =>
    `  ${id}: {Type: AWS::CloudFront::Function, Properties: {Name: ${id}, FunctionConfig: {Comment: ${comment}, Runtime: cloudfront-js-2.0}, FunctionCode: "function handler(e) { return e.request; }"}}\n`;
  await memory.deploy(`Resources:\n${fn("A", "a")}${fn("B", "a")}${fn("Old", "a")}`);
  memory.intercept = ({ method, path }) => {
    if (method === "PUT" && path.endsWith("/B")) throw new Error("the network is gone");
  };
  await assert.rejects(memory.deploy(`Resources:\n${fn("A", "b")}${fn("B", "b")}${fn("C", "a")}`), {
    ...{ name: "ApplyError", left: ["update B", "create C", "delete Old"] },
    message: "B (AWS::CloudFront::Function): the network is gone",
  });
});
