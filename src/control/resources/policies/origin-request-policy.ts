/**
 * Origin request policies: what goes to the origin besides the cache key.
 *
 * Source: CloudFront API Reference, OriginRequestPolicyConfig; Developer Guide, "Control origin requests".
 */
import { InvalidArgument } from "../../../model/errors.ts";
import type { OriginRequestPolicyConfig } from "../../../schema/shapes.ts";
import type { Quotas } from "../../quotas.ts";
import { newUuid } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";
import { checkNameAndComment } from "./name-and-comment.ts";
import { checkNameSelection } from "./name-selection.ts";

export const originRequestPolicy: ResourceRow<"origin-request-policy"> = {
  kind: "origin-request-policy",
  label: "origin request policy",
  operations: {
    create: "CreateOriginRequestPolicy",
    get: "GetOriginRequestPolicy",
    getConfig: "GetOriginRequestPolicyConfig",
    update: "UpdateOriginRequestPolicy",
    delete: "DeleteOriginRequestPolicy",
    list: "ListOriginRequestPolicies",
  },
  configMember: "OriginRequestPolicyConfig",
  collection: "origin-request-policy",
  errors: {
    missing: "NoSuchOriginRequestPolicy",
    exists: "OriginRequestPolicyAlreadyExists",
    inUse: "OriginRequestPolicyInUse",
    tooMany: "TooManyOriginRequestPolicies",
  },
  texts: {
    inUse:
      "The specified origin request policy is currently associated with a cache behavior. Please disassociate the policy before deleting.",
  },
  quota: "originRequestPoliciesPerAccount",
  unique: ["Name"],
  enforced: { edge: "yes" },
  newId: newUuid,
  check: (config, { quotas }) => checkOriginRequestPolicy(config, quotas),
};

function checkOriginRequestPolicy(config: OriginRequestPolicyConfig, quotas: Quotas): void {
  checkNameAndComment(config);
  const { HeaderBehavior, Headers } = config.HeadersConfig ?? {};
  const mostCharacters = quotas.namesCharactersPerPolicy;
  checkNameSelection({
    of: "headers",
    members: ["HeaderBehavior", "Headers"],
    behavior: HeaderBehavior,
    names: Headers?.Items,
    most:
      HeaderBehavior === "allViewerAndWhitelistCloudFront"
        ? Infinity
        : quotas.headersPerOriginRequestPolicy,
    mostCharacters,
    tooMany: "TooManyHeadersInOriginRequestPolicy",
  });
  checkNameSelection({
    of: "cookies",
    members: ["CookieBehavior", "Cookies"],
    behavior: config.CookiesConfig?.CookieBehavior,
    names: config.CookiesConfig?.Cookies?.Items,
    most: quotas.cookiesPerOriginRequestPolicy,
    mostCharacters,
    tooMany: "TooManyCookiesInOriginRequestPolicy",
  });
  checkNameSelection({
    of: "query strings",
    members: ["QueryStringBehavior", "QueryStrings"],
    behavior: config.QueryStringsConfig?.QueryStringBehavior,
    names: config.QueryStringsConfig?.QueryStrings?.Items,
    most: quotas.queryStringsPerOriginRequestPolicy,
    mostCharacters,
    tooMany: "TooManyQueryStringsInOriginRequestPolicy",
  });
  checkHeaders(HeaderBehavior, Headers?.Items ?? []);
}

/** Authorization takes part in the cache key or goes along with all headers, never by itself. */
function checkHeaders(behavior: string | undefined, names: readonly string[]): void {
  if (behavior === "whitelist" && names.some((name) => name.toLowerCase() === "authorization")) {
    throw new InvalidArgument(
      "The parameter Headers contains Authorization that is not allowed in an origin request policy. " +
        "Forward it with HeaderBehavior allViewer, or list it in a cache policy",
    );
  }
  if (behavior !== "allViewerAndWhitelistCloudFront") return;
  const other = names.find((name) => !name.toLowerCase().startsWith("cloudfront-"));
  if (other === undefined) return;
  throw new InvalidArgument(
    `The parameter Headers may only contain CloudFront-… headers when HeaderBehavior is ${behavior}, got "${other}"`,
  );
}
