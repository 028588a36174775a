/** Response headers policies: the headers that are added to responses, or removed from them. */
import { newUuid } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";
import { checkResponseHeadersPolicy } from "./check-response-headers-policy.ts";

export const responseHeadersPolicy: ResourceRow<"response-headers-policy"> = {
  kind: "response-headers-policy",
  label: "response headers policy",
  operations: {
    create: "CreateResponseHeadersPolicy",
    get: "GetResponseHeadersPolicy",
    getConfig: "GetResponseHeadersPolicyConfig",
    update: "UpdateResponseHeadersPolicy",
    delete: "DeleteResponseHeadersPolicy",
    list: "ListResponseHeadersPolicies",
  },
  configMember: "ResponseHeadersPolicyConfig",
  collection: "response-headers-policy",
  errors: {
    missing: "NoSuchResponseHeadersPolicy",
    exists: "ResponseHeadersPolicyAlreadyExists",
    inUse: "ResponseHeadersPolicyInUse",
    tooMany: "TooManyResponseHeadersPolicies",
  },
  texts: {
    inUse:
      "The specified response headers policy is currently associated with a cache behavior. Please disassociate the policy before deleting.",
  },
  quota: "responseHeadersPoliciesPerAccount",
  unique: ["Name"],
  enforced: { edge: "yes" },
  newId: newUuid,
  check: (config, { quotas }) => checkResponseHeadersPolicy(config, quotas),
};
