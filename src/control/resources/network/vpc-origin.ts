/** VPC origins: load balancers and instances that only CloudFront reaches. */
import { InvalidArgument } from "../../../model/errors.ts";
import { newPrefixedId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const vpcOrigin: ResourceRow<"vpc-origin"> = {
  kind: "vpc-origin",
  label: "VPC origin",
  operations: {
    create: "CreateVpcOrigin",
    get: "GetVpcOrigin",
    update: "UpdateVpcOrigin",
    delete: "DeleteVpcOrigin",
    list: "ListVpcOrigins",
  },
  configMember: "VpcOriginEndpointConfig",
  collection: "vpc-origin",
  errors: {
    missing: "EntityNotFound",
    exists: "EntityAlreadyExists",
    inUse: "CannotDeleteEntityWhileInUse",
    updateInUse: "CannotUpdateEntityWhileInUse",
    tooMany: "EntityLimitExceeded",
  },
  quota: "vpcOriginsPerAccount",
  unique: ["Name"],
  statuses: ["Deploying", "Deployed"],
  enforced: {
    edge: "partly",
    reason: "asked by the origin's domain name, like any origin: there is no Amazon VPC",
  },
  newId: () => newPrefixedId("vo"),
  check: ({ HTTPPort = 0, HTTPSPort = 0 }) => {
    for (const [name, port] of Object.entries({ HTTPPort, HTTPSPort })) {
      if (port >= 1 && port <= 65_535) continue;
      throw new InvalidArgument(`The parameter ${name} must be from 1 to 65535, got ${port}`);
    }
  },
  describe: ({ config }, { account }) => ({ AccountId: account, OriginEndpointArn: config.Arn }),
};
