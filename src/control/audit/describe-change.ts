/**
 * A change as the audit shows it: who, when, from where, by which operation, to what, and the fact
 * itself without what is secret or merely long.
 *
 * Code is shown as its size and SHA-256; values of key value pairs and of origin custom headers as
 * their size; an access key without its secret. Names are in snake_case, as the JSON face has them.
 */
import { createHash } from "node:crypto";
import { buildArn, issuedCertificateArn, resourceArn } from "../../model/arn.ts";
import type { KeyValuePair } from "../../model/key-value-store.ts";
import { stackArn } from "../../model/stack.ts";
import type { Change, Fact } from "../../state/change.ts";
import { snakeCase } from "../../wire/json/json-names.ts";

export interface DescribedChange {
  readonly revision: number;
  readonly at: string;
  readonly principal: string;
  readonly source_ip: string;
  readonly operation: string;
  readonly request_id: string;
  /** The ARN of what was changed. */
  readonly resource: string;
  readonly type: Fact["type"];
  /** The rest of the fact; which members it has depends on its type. */
  readonly fact: object;
}

export function describeChange(revision: number, change: Change, account: string): DescribedChange {
  const { at, cause, type, ...fact } = change;
  return {
    revision,
    at,
    principal: cause.principal,
    source_ip: cause.sourceIp,
    operation: cause.operation,
    request_id: cause.requestId,
    resource: resourceOf(change, account),
    type,
    fact: describe(fact) as object,
  };
}

/** @returns the ARN of what a fact is about */
export function resourceOf(fact: Fact, account: string): string {
  switch (fact.type) {
    case "function-created":
    case "function-updated":
    case "function-published":
    case "function-live-changed":
    case "function-waves-changed":
    case "function-rehearsed":
    case "function-deleted":
    case "recorded-runs-read":
      return buildArn(account, "function", fact.name);
    case "request-sent":
      return buildArn(account, "distribution", fact.distribution ?? "*");
    case "distribution-created":
    case "distribution-updated":
    case "distribution-deleted":
      return buildArn(account, "distribution", fact.id);
    case "distributions-updated":
      if (fact.id in (fact.tenants ?? {})) {
        return resourceArn(account, "distribution-tenant", fact.id);
      }
      return buildArn(account, "distribution", fact.id);
    case "invalidation-created":
      return fact.tenantId === undefined
        ? buildArn(account, "distribution", fact.distributionId)
        : resourceArn(account, "distribution-tenant", fact.tenantId);
    case "resource-created":
    case "resource-updated":
    case "resource-published":
    case "resource-live-changed":
    case "resource-deleted":
      return resourceArn(account, fact.kind, fact.id);
    case "tags-set":
      return fact.arn;
    case "key-value-store-created":
    case "key-value-store-updated":
    case "key-value-store-deleted":
    case "key-values-changed":
      return buildArn(account, "key-value-store", fact.id);
    case "access-key-created":
    case "access-key-deleted":
      return `arn:aws:iam::${account}:access-key/${fact.id}`;
    case "acme-challenge-set":
    case "acme-challenge-removed":
    case "certificate-order-set":
    case "certificate-order-removed":
    case "certificate-issued":
    case "certificate-removed":
      return issuedCertificateArn(account, fact.name);
    case "group-held":
    case "group-released":
      return `arn:aws:cloudfront::${account}:edge-group/${fact.group}`;
    case "stack-changed":
    case "stack-deleted":
      return stackArn(account, fact.name);
    case "account-reset":
      return `arn:aws:iam::${account}:root`;
  }
}

/** Members that are not shown as they are, by name; undefined leaves one out. */
const shownAs: Readonly<Record<string, (value: unknown) => unknown>> = {
  code: codeSummary,
  FunctionCode: codeSummary,
  ConnectionFunctionCode: codeSummary,
  sealedSecret: () => undefined,
  sealedKey: () => undefined,
  privateKey: () => undefined,
  tokenHash: () => undefined,
  cookieKey: () => undefined,
  policy: (value) => (typeof value === "string" ? JSON.parse(value) : undefined),
  HeaderValue: sizeOf,
  pairs: (value) => ({
    count: (value as readonly KeyValuePair[]).length,
    size_bytes: (value as readonly KeyValuePair[])
      .flat()
      .reduce((sum, text) => sum + sizeOf(text).size_bytes, 0),
  }),
  puts: (value) =>
    (value as readonly KeyValuePair[]).map(([key, text]) => ({ key, value: sizeOf(text) })),
};

function describe(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => describe(entry));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    snakeCase(name),
    Object.hasOwn(shownAs, name) ? shownAs[name]!(member) : describe(member),
  ]);
  return Object.fromEntries(members);
}

function codeSummary(code: unknown): object {
  const bytes = Buffer.from(String(code), "base64");
  return {
    size_bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

function sizeOf(text: unknown): { readonly size_bytes: number } {
  return { size_bytes: Buffer.byteLength(String(text)) };
}
