/**
 * The legacy settings of a behavior without a cache policy: what is forwarded and enters the cache key.
 *
 * Source: CloudFront API Reference, ForwardedValues.
 */
import { behaviorsOf } from "../../../model/distribution.ts";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { DistributionConfig } from "../../../schema/shapes.ts";
import { isCookieName, isHeaderName, isQueryStringName } from "../../header-text.ts";
import type { Quotas } from "../../quotas.ts";
import type { Behavior, ForwardedValues } from "./complete-behavior.ts";
import type { Draft } from "./draft.ts";

export function checkForwardedValues({ config, quotas }: Draft): void {
  for (const behavior of behaviorsOf(config)) {
    const values = behavior.ForwardedValues;
    if (values === undefined) continue;
    checkCounts(values, quotas);
    checkCookies(values);
    checkNames(values);
    checkQueryStrings(values);
    checkHeaders(values, behavior);
    if (reachesS3(behavior, config)) checkS3Headers(values);
  }
}

function checkCounts(values: ForwardedValues, quotas: Quotas): void {
  const { Headers, Cookies, QueryStringCacheKeys } = values;
  const counts = [
    ["TooManyHeadersInForwardedValues", "Headers", Headers, "forwardedHeadersPerCacheBehavior"],
    [
      "TooManyCookieNamesInWhiteList",
      "Cookies.WhitelistedNames",
      Cookies?.WhitelistedNames,
      "forwardedCookiesPerCacheBehavior",
    ],
    [
      "TooManyQueryStringParameters",
      "QueryStringCacheKeys",
      QueryStringCacheKeys,
      "forwardedQueryStringKeysPerCacheBehavior",
    ],
  ] as const;
  for (const [code, name, list, quota] of counts) {
    const count = list?.Items?.length ?? 0;
    if (count > quotas[quota]) {
      throw new ApiError(
        code,
        `ForwardedValues.${name} has ${count} items, and the limit is ${quotas[quota]}`,
      );
    }
  }
}

function checkCookies({ Cookies }: ForwardedValues): void {
  const names = Cookies?.WhitelistedNames?.Items ?? [];
  const isListed = Cookies?.Forward === "whitelist";
  if (isListed === names.length > 0) return;
  throw new ApiError(
    "InvalidForwardCookies",
    isListed
      ? "Cookies.WhitelistedNames must have names when Forward is whitelist"
      : `Cookies.WhitelistedNames is only for Forward whitelist, and Forward is ${Cookies?.Forward}`,
  );
}

/** In the names of cookies a `*` and a `?` stand for others, and a `*` alone for all headers. */
function checkNames({ Headers, Cookies }: ForwardedValues): void {
  const lists = [
    ["Headers", isHeaderName, Headers?.Items],
    ["WhitelistedNames", isCookieName, Cookies?.WhitelistedNames?.Items],
  ] as const;
  for (const [member, isName, names = []] of lists) {
    const wrong = names.find((name) => !isName(name));
    if (wrong === undefined) continue;
    throw new InvalidArgument(`The parameter ${member} contains "${wrong}", which can be no name`);
  }
}

function checkQueryStrings({ QueryString, QueryStringCacheKeys }: ForwardedValues): void {
  const keys = QueryStringCacheKeys?.Items ?? [];
  if (keys.length > 0 && !QueryString) {
    throw new InvalidArgument(
      "The parameter QueryString cannot be false if query strings are set in QueryStringCacheKeys" +
        `. They are ${keys.join(", ")}`,
    );
  }
  const wrong = keys.find((key) => !isQueryStringName(key));
  if (wrong === undefined) return;
  throw new ApiError(
    "InvalidQueryStringParameters",
    `The query string parameters specified are not valid. QueryStringCacheKeys contains "${wrong}", which can be no name`,
  );
}

function checkHeaders({ Headers }: ForwardedValues, { MinTTL = 0 }: Behavior): void {
  const names = Headers?.Items ?? [];
  if (!names.includes("*")) return;
  if (names.length > 1) {
    throw new InvalidArgument(
      `The parameter Headers must be "*" alone to forward all headers, got "${names.join(", ")}"`,
    );
  }
  if (MinTTL !== 0) {
    throw new InvalidArgument(
      `The parameter MinTTL must be 0 when all headers are forwarded, got ${MinTTL}`,
    );
  }
}

function reachesS3({ TargetOriginId }: Behavior, config: DistributionConfig): boolean {
  const group = config.OriginGroups?.Items?.find(({ Id }) => Id === TargetOriginId);
  const ids = group?.Members?.Items?.map(({ OriginId }) => OriginId) ?? [TargetOriginId];
  return (config.Origins?.Items ?? []).some(
    ({ Id, S3OriginConfig }) => S3OriginConfig !== undefined && ids.includes(Id),
  );
}

/** S3 finds the bucket by Host, so a viewer's can't be forwarded. */
function checkS3Headers({ Headers }: ForwardedValues): void {
  const refused = Headers?.Items?.find((name) => name === "*" || name.toLowerCase() === "host");
  if (refused === undefined) return;
  throw new ApiError(
    "InvalidHeadersForS3Origin",
    `The header "${refused}" cannot be forwarded to an Amazon S3 origin`,
  );
}
