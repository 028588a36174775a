/**
 * Resources of other services: Footlight makes none of them, and says so. What CloudFront's resources ask of them is made up where its
 * form is known, so that a template deploys as it is; for all else it is given.
 */
import { createHash } from "node:crypto";
import type { TemplateResource } from "../template/template.ts";
import { madeUpAttribute } from "./made-up-attributes.ts";

export interface ForeignSurroundings {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** What was given for attributes, by `RESOURCE.ATTRIBUTE`, and by `RESOURCE` for Ref. */
  readonly values: ReadonlyMap<string, string>;
  /** @returns the text of a property of a resource; undefined where it has none */
  readonly propertyText: (resource: TemplateResource, property: string) => string | undefined;
}

/** What kinds of CloudFront's own say of themselves is another's. */
export function isForeign({ type }: TemplateResource): boolean {
  return !type.startsWith("AWS::CloudFront::");
}

/**
 * What is not given is made up where it has a form that AWS's would have: nobody has it, and the same resource has the same one each time.
 *
 * @returns undefined, when nobody knows
 */
export function foreignAttribute(
  resource: TemplateResource,
  attribute: string,
  around: ForeignSurroundings,
): ForeignAnswer | undefined {
  const { logicalId, type } = resource;
  const given = around.values.get(attribute === "Ref" ? logicalId : `${logicalId}.${attribute}`);
  if (given !== undefined) return { text: given, isMadeUp: false };
  const text =
    type === "AWS::S3::Bucket"
      ? bucketAttribute(resource, attribute, around)
      : /^AWS::CertificateManager::|::DnsValidatedCertificate$/.test(type) && attribute === "Ref"
        ? certificateArn(logicalId, around)
        : madeUpAttribute(resource, attribute, around);
  // A stage is called what the template calls it.
  return text === undefined ? undefined : { text, isMadeUp: !type.endsWith("::Stage") };
}

export interface ForeignAnswer {
  readonly text: string;
  /** Whether it is ours: what stands behind it, a node has to be told. */
  readonly isMadeUp: boolean;
}

/** @returns the name that a bucket has, or would get: known beforehand, so that a node can be told what stands for it */
export function bucketName(resource: TemplateResource, around: ForeignSurroundings): string {
  const named = around.propertyText(resource, "BucketName");
  if (named !== undefined) return named;
  const made = `${around.stack}-${resource.logicalId}`.toLowerCase();
  return made.length <= 63 ? made : `${made.slice(0, 54)}-${hexOf(made).slice(0, 8)}`;
}

function bucketAttribute(
  resource: TemplateResource,
  attribute: string,
  around: ForeignSurroundings,
): string | undefined {
  const name = bucketName(resource, around);
  const { region } = around;
  switch (attribute) {
    case "Ref":
      return name;
    case "Arn":
      return `arn:aws:s3:::${name}`;
    case "DomainName":
      return `${name}.s3.amazonaws.com`;
    case "RegionalDomainName":
      return `${name}.s3.${region}.amazonaws.com`;
    case "DualStackDomainName":
      return `${name}.s3.dualstack.${region}.amazonaws.com`;
    case "WebsiteURL":
      return `http://${name}.s3-website-${region}.amazonaws.com`;
    default:
      return undefined;
  }
}

/** One that no AWS has given: an edge takes certificates from where its operator keeps them. */
function certificateArn(logicalId: string, { stack, account }: ForeignSurroundings): string {
  const hex = hexOf(`${stack}/${logicalId}`);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `arn:aws:acm:us-east-1:${account}:certificate/${parts.join("-")}-${hex.slice(20, 32)}`;
}

function hexOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
