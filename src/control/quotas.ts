/**
 * CloudFront's quotas that yield errors, and a node's own values for them.
 *
 * Source: CloudFront Developer Guide, "Quotas", April 2026.
 */

import { JsonRefusal, parseStrictJson } from "../base/strict-json.ts";

/** AWS's defaults. A node may be started with other values, so operations read `context.quotas`. */
export const quotas = {
  functionsPerAccount: 100,
  functionCodeBytes: 10 * 1024,
  distributionsPerFunction: 100,
  functionsPerKeyValueStore: 10,
  keyValueStoresPerAccount: 50,
  importSourceBytes: 5 * 1024 * 1024,
  keyBytes: 512,
  keysPerUpdateKeys: 50,
  keyValueStoreBytes: 5 * 1024 * 1024,
  updateKeysBytes: 3 * 1024 * 1024,
  valueBytes: 1024,

  distributionsPerAccount: 500,
  stagingDistributionsPerAccount: 20,
  multiTenantDistributionsPerAccount: 20,
  aliasesPerDistribution: 100,
  cacheBehaviorsPerDistribution: 75,
  originsPerDistribution: 100,
  originGroupsPerDistribution: 10,
  customHeadersPerOrigin: 30,
  customHeaderNameCharacters: 256,
  customHeaderValueCharacters: 1783,
  customHeadersCharactersPerOrigin: 10_240,
  keyGroupsPerCacheBehavior: 4,
  trustedSignersPerCacheBehavior: 5,
  distributionsPerWebAcl: 100,
  forwardedHeadersPerCacheBehavior: 10,
  forwardedCookiesPerCacheBehavior: 10,
  forwardedQueryStringKeysPerCacheBehavior: 10,
  tagsPerResource: 50,

  invalidationPathsInProgress: 3000,
  invalidationWildcardsInProgress: 15,

  cachePoliciesPerAccount: 20,
  distributionsPerCachePolicy: 100,
  headersPerCachePolicy: 10,
  cookiesPerCachePolicy: 10,
  queryStringsPerCachePolicy: 10,
  originRequestPoliciesPerAccount: 20,
  distributionsPerOriginRequestPolicy: 100,
  headersPerOriginRequestPolicy: 10,
  cookiesPerOriginRequestPolicy: 10,
  queryStringsPerOriginRequestPolicy: 10,
  namesCharactersPerPolicy: 1024,
  responseHeadersPoliciesPerAccount: 20,
  distributionsPerResponseHeadersPolicy: 100,
  customHeadersPerResponseHeadersPolicy: 10,
  removedHeadersPerResponseHeadersPolicy: 10,
  contentSecurityPolicyCharacters: 1783,
  continuousDeploymentPoliciesPerAccount: 20,

  originAccessControlsPerAccount: 100,
  distributionsPerOriginAccessControl: 100,
  originAccessIdentitiesPerAccount: 100,
  publicKeysPerAccount: 10,
  publicKeysPerKeyGroup: 5,
  keyGroupsPerAccount: 10,
  distributionsPerKeyGroup: 100,

  realtimeLogConfigsPerAccount: 150,
  streamingDistributionsPerAccount: 100,
  fieldLevelEncryptionConfigsPerAccount: 10,
  fieldLevelEncryptionProfilesPerAccount: 10,
  encryptionEntitiesPerProfile: 1,
  fieldPatternsPerProfile: 10,
  contentTypeProfilesPerConfig: 10,
  queryArgProfilesPerConfig: 5,

  vpcOriginsPerAccount: 25,
  anycastIpListsPerAccount: 2,
  distributionTenantsPerAccount: 10_000,
  connectionGroupsPerAccount: 100,
  trustStoresPerAccount: 20,
  connectionFunctionsPerAccount: 100,
  connectionFunctionCodeBytes: 10 * 1024,
} as const;

export type QuotaName = keyof typeof quotas;

export type Quotas = { readonly [Name in QuotaName]: number };

/**
 * @param json a JSON object of the quotas that are to differ from AWS's, by name
 * @throws Error that says what is wrong, for the person who wrote it
 */
export function readQuotas(json: string): Quotas {
  const given = parse(json);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(quotas, name)) {
      throw new Error(`There is no quota "${name}"; docs/quotas.md lists them`);
    }
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw new Error(
        `The quota ${name} must be a whole number from 0 on, got ${JSON.stringify(value)}`,
      );
    }
  }
  return { ...quotas, ...given };
}

function parse(json: string): object {
  let value: unknown;
  try {
    value = parseStrictJson(json);
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    throw new Error(
      `Quotas must be JSON, like {"functionsPerAccount": 1000}, and what was given ${error.message}`,
      { cause: error },
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`Quotas must be a JSON object, got ${json.slice(0, 100)}`);
  }
  return value;
}
