/** Amazon Resource Names of the resources of an account. */
import type { ResourceKind } from "./resource.ts";

/** The kinds of resource that have an ARN, as the ARN spells them. */
export type ArnKind =
  | "function"
  | "distribution"
  | "key-value-store"
  | "vpcorigin"
  | Exclude<ResourceKind, "vpc-origin">;

export function buildArn(account: string, kind: ArnKind, id: string): string {
  return `arn:aws:cloudfront::${account}:${kind}/${id}`;
}

/** @returns the ARN of a resource; AWS spells one kind's name in another way there */
export function resourceArn(account: string, kind: ResourceKind, id: string): string {
  return buildArn(account, kind === "vpc-origin" ? "vpcorigin" : kind, id);
}

/** @returns the name in a function's ARN, or undefined when it is not one of this account */
export function functionNameOfArn(arn: string, account: string): string | undefined {
  const prefix = buildArn(account, "function", "");
  const name = arn.startsWith(prefix) ? arn.slice(prefix.length) : "";
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name) ? name : undefined;
}

/** @returns what the audit calls the certificate of a name, which ACM would have had */
export function issuedCertificateArn(account: string, name: string): string {
  return `arn:aws:acm:us-east-1:${account}:certificate/${name}`;
}
