/**
 * What other services' resources would answer that distributions are often made with: endpoints, ids and ARNs, in the form that AWS has
 * for each, with a hash of the resource's place in them.
 *
 * Source: CloudFormation User Guide, "Return values" of each type.
 */
import { createHash } from "node:crypto";
import type { TemplateResource } from "../template/template.ts";
import type { ForeignSurroundings } from "./foreign-resources.ts";

type MadeUp = (of: Named) => string | undefined;

interface Named {
  readonly account: string;
  readonly region: string;
  /** What AWS would call the resource: its stack's name and its own. */
  readonly name: string;
  /** @returns so many characters that are always the same ones */
  readonly hex: (length: number) => string;
  readonly propertyText: (property: string) => string | undefined;
}

const name: MadeUp = (of) => of.name;

const lambdaArn = ({ region, account }: Named, fn: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${fn}`;

/** Lambda@Edge runs versions alone, and those of us-east-1. */
const lambdaVersion: MadeUp = (of) => {
  const fn = of.propertyText("FunctionName") ?? of.name;
  return fn.startsWith("arn:") ? `${fn}:1` : `${lambdaArn(of, fn)}:1`;
};

const apiId: MadeUp = ({ hex }) => hex(10);

const stageName: MadeUp = ({ propertyText }) => propertyText("StageName");

const balancerArn: MadeUp = ({ account, region, name: own, hex }) =>
  `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/${own}/${hex(16)}`;

const balancerName: MadeUp = ({ region, name: own, hex }) =>
  `${own.toLowerCase()}-${Number.parseInt(hex(8), 16)}.${region}.elb.amazonaws.com`;

const httpApi: Readonly<Record<string, MadeUp>> = {
  ...{ Ref: apiId, ApiId: apiId },
  ApiEndpoint: ({ region, hex }) => `https://${hex(10)}.execute-api.${region}.amazonaws.com`,
};

const lambdaFunction: Readonly<Record<string, MadeUp>> = {
  Ref: name,
  Arn: (of) => lambdaArn(of, of.name),
};

const webAcl: Readonly<Record<string, MadeUp>> = {
  Arn: ({ account, name: own, hex }) =>
    `arn:aws:wafv2:us-east-1:${account}:global/webacl/${own}/${uuid(hex(32))}`,
  Id: ({ hex }) => uuid(hex(32)),
};

const byType: Readonly<Record<string, Readonly<Record<string, MadeUp>>>> = {
  "AWS::Lambda::Url": {
    FunctionUrl: ({ region, hex }) => `https://${hex(32)}.lambda-url.${region}.on.aws/`,
  },
  "AWS::Lambda::Function": lambdaFunction,
  "AWS::Serverless::Function": lambdaFunction,
  "AWS::Lambda::Version": { Ref: lambdaVersion, FunctionArn: lambdaVersion, Version: () => "1" },
  "AWS::ApiGateway::RestApi": { Ref: apiId, RestApiId: apiId },
  "AWS::Serverless::Api": { Ref: apiId },
  "AWS::ApiGateway::Stage": { Ref: stageName },
  "AWS::ApiGatewayV2::Api": httpApi,
  "AWS::Serverless::HttpApi": httpApi,
  "AWS::ApiGatewayV2::Stage": { Ref: stageName },
  "AWS::ElasticLoadBalancingV2::LoadBalancer": {
    ...{ Ref: balancerArn, LoadBalancerArn: balancerArn, DNSName: balancerName },
  },
  "AWS::ElasticLoadBalancing::LoadBalancer": { DNSName: balancerName },
  "AWS::EC2::Instance": {
    Ref: ({ hex }) => `i-${hex(17)}`,
    // TEST-NET-3, RFC 5737: addresses that nobody has.
    PublicDnsName: ({ hex }) =>
      `ec2-203-0-113-${Number.parseInt(hex(2), 16)}.compute-1.amazonaws.com`,
  },
  "AWS::AppRunner::Service": {
    ServiceUrl: ({ region, hex }) => `${hex(10)}.${region}.awsapprunner.com`,
  },
  "AWS::WAFv2::WebACL": webAcl,
  "AWS::WAF::WebACL": { Ref: ({ hex }) => uuid(hex(32)) },
  "AWS::SecretsManager::Secret": {
    Ref: ({ account, region, name: own, hex }) =>
      `arn:aws:secretsmanager:${region}:${account}:secret:${own}-${hex(6)}`,
  },
  "AWS::IAM::Role": {
    Ref: name,
    Arn: ({ account, name: own }) => `arn:aws:iam::${account}:role/${own}`,
  },
  "AWS::Kinesis::Stream": {
    Ref: name,
    Arn: ({ account, region, name: own }) => `arn:aws:kinesis:${region}:${account}:stream/${own}`,
  },
};

/** @returns undefined, where nothing of the kind is known */
export function madeUpAttribute(
  resource: TemplateResource,
  attribute: string,
  { stack, account, region, propertyText }: ForeignSurroundings,
): string | undefined {
  const place = `${stack}-${resource.logicalId.replace(/[^A-Za-z0-9]/g, "")}`;
  const hash = createHash("sha256").update(place).digest("hex");
  return byType[resource.type]?.[attribute]?.({
    ...{ account, region, name: place.slice(0, 64) },
    hex: (length) => hash.slice(0, length),
    propertyText: (property) => propertyText(resource, property),
  });
}

function uuid(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${parts.join("-")}-${hex.slice(20, 32)}`;
}
