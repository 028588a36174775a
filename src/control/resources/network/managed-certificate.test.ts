/** Certificates that tenants request, from the request to what ACME did. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call, createdId } from "../../../../test/support/call-operation.ts";
import { buildConfig } from "../../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../../test/support/test-account.ts";
import { makeLeaf, makeRoot } from "../../../certificates/make-certificate.ts";

const period = {
  notBefore: new Date("2026-01-01T00:00:00Z"),
  notAfter: new Date("2026-03-01T00:00:00Z"),
};
const root = await makeRoot(period, "01");

async function withMultiTenant(account: TestAccount): Promise<object> {
  const config = buildConfig({ callerReference: "multi", originPort: 80 });
  const { ForwardedValues: _, MinTTL: __, ...behavior } = config.DefaultCacheBehavior!;
  const DistributionConfig = {
    ...config,
    DefaultCacheBehavior: { ...behavior, CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" },
    ConnectionMode: "tenant-only",
  };
  const DistributionId = await createdId(account, "CreateDistribution", { DistributionConfig });
  return {
    DistributionId,
    Name: "shop",
    Domains: [{ Domain: "a.example.com" }, { Domain: "B.example.com" }],
    ManagedCertificateRequest: { ValidationTokenHost: "cloudfront" },
  };
}

async function issue(account: TestAccount, name: string): Promise<void> {
  const { certificate: chain } = await makeLeaf(root, [name], period, "02");
  const issued = { chain, sealedKey: "v1:", directory: "https://authority.test/" };
  await account.commit(() => ({ type: "certificate-issued", name, ...issued }));
}

interface Details {
  readonly CertificateArn: string;
  readonly CertificateStatus: string;
  readonly ValidationTokenHost: string;
  readonly ValidationTokenDetails: readonly object[];
}

async function detailsOf(account: TestAccount, Identifier: string): Promise<Details> {
  const answer = await call(account, "GetManagedCertificateDetails", { Identifier });
  return answer["ManagedCertificateDetails"] as unknown as Details;
}

test("a tenant's certificate is pending until each domain has one, and its domains are active by then", async () => {
  const account = createTestAccount();
  const id = await createdId(account, "CreateDistributionTenant", await withMultiTenant(account));
  const before = await detailsOf(account, id);
  assert.match(before.CertificateArn, /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/);
  assert.deepEqual(
    [before.CertificateStatus, before.ValidationTokenHost],
    ["pending-validation", "cloudfront"],
  );
  assert.deepEqual(before.ValidationTokenDetails, [
    { Domain: "a.example.com" },
    { Domain: "B.example.com" },
  ]);
  await issue(account, "a.example.com");
  const { DistributionTenant } = await call(account, "GetDistributionTenant", { Identifier: id });
  assert.deepEqual(DistributionTenant!["Domains"], [
    { Domain: "a.example.com", Status: "active" },
    { Domain: "B.example.com", Status: "inactive" },
  ]);
  assert.equal((await detailsOf(account, id)).CertificateStatus, "pending-validation");
  await issue(account, "b.example.com");
  const after = await detailsOf(account, id);
  assert.deepEqual(
    [after.CertificateStatus, after.CertificateArn],
    ["issued", before.CertificateArn],
  );
  account.now = "2026-03-01T00:00:00.000Z";
  assert.equal((await detailsOf(account, id)).CertificateStatus, "expired");
});

test("where the token is self-hosted, it is told where that server must send the authority", async () => {
  const account = createTestAccount();
  const request = { ManagedCertificateRequest: { ValidationTokenHost: "self-hosted" } };
  const input = { ...(await withMultiTenant(account)), ...request };
  const id = await createdId(account, "CreateDistributionTenant", input);
  const { ValidationTokenDetails: details } = await detailsOf(account, id);
  const { RedirectTo, ...first } = details[0] as Record<string, string>;
  const path = "/.well-known/acme-challenge/";
  assert.deepEqual(first, { Domain: "a.example.com", RedirectFrom: `a.example.com${path}` });
  assert.match(
    RedirectTo ?? "",
    /^[a-z0-9]+\.cloudfront\.localhost\/\.well-known\/acme-challenge\/$/,
  );
});

test("a request that nobody can see to is refused", async () => {
  const account = createTestAccount();
  const input = await withMultiTenant(account);
  const asking = (request: object, more: object = {}) =>
    call(account, "CreateDistributionTenant", {
      ...{ ...input, ...more },
      ManagedCertificateRequest: { ValidationTokenHost: "cloudfront", ...request },
    });
  const name = "InvalidArgument";
  await assert.rejects(asking({ PrimaryDomainName: "c.example.com" }), {
    name,
    message: /one of the tenant's domains, got "c\.example\.com"/,
  });
  await assert.rejects(asking({ CertificateTransparencyLoggingPreference: "disabled" }), {
    name,
    message: /authorities log what they issue/,
  });
  await assert.rejects(asking({}, { Domains: [{ Domain: "*.example.com" }] }), {
    name,
    message: /only DNS could prove/,
  });
  Object.assign(account, { ordersCertificates: false });
  await assert.rejects(asking({}), { name, message: /start the node with --acme-email/ });
});

test("GetManagedCertificateDetails of a tenant that has requested none is an EntityNotFound", async () => {
  const account = createTestAccount();
  const { ManagedCertificateRequest: _, ...input } = (await withMultiTenant(account)) as {
    ManagedCertificateRequest?: object;
  };
  const id = await createdId(account, "CreateDistributionTenant", input);
  await assert.rejects(detailsOf(account, id), { name: "EntityNotFound" });
});
