/** Amazon Resource Names of the resources that live in a CloudFront account. */

/** The kinds of resource that have an ARN, as the ARN spells them. */
export type ArnKind = "function" | "distribution" | "key-value-store";

export function buildArn(account: string, kind: ArnKind, id: string): string {
  return `arn:aws:cloudfront::${account}:${kind}/${id}`;
}

/** @returns the name in a function's ARN, or undefined when it is not one of this account */
export function functionNameOfArn(arn: string, account: string): string | undefined {
  const prefix = buildArn(account, "function", "");
  const name = arn.startsWith(prefix) ? arn.slice(prefix.length) : "";
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name) ? name : undefined;
}
