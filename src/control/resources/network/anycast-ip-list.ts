/** Anycast static IP lists: fixed addresses that distributions answer on. */
import { InvalidArgument } from "../../../model/errors.ts";
import { ownResources } from "../../../state/resources.ts";
import { newPrefixedId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const anycastIpList: ResourceRow<"anycast-ip-list"> = {
  kind: "anycast-ip-list",
  label: "Anycast static IP list",
  operations: {
    create: "CreateAnycastIpList",
    get: "GetAnycastIpList",
    update: "UpdateAnycastIpList",
    delete: "DeleteAnycastIpList",
    list: "ListAnycastIpLists",
  },
  errors: {
    missing: "EntityNotFound",
    exists: "EntityAlreadyExists",
    inUse: "CannotDeleteEntityWhileInUse",
    tooMany: "EntityLimitExceeded",
  },
  quota: "anycastIpListsPerAccount",
  unique: ["Name"],
  statuses: ["Deploying", "Deployed"],
  enforced: {
    edge: "no",
    reason:
      "the edge answers on its own address; the list's are from a range reserved for documentation",
  },
  newId: () => newPrefixedId("aip"),
  complete: (config) => ({ ...config, IpAddressType: config.IpAddressType ?? "ipv4" }),
  check: ({ IpCount }) => {
    if (IpCount === 3 || IpCount === 21) return;
    throw new InvalidArgument(`The parameter IpCount must be 3 or 21, got ${IpCount}`);
  },
  usedBy: ({ id }, state) =>
    ownResources(state, "connection-group")
      .filter(({ config }) => config.AnycastIpListId === id)
      .map((group) => `connection group ${group.id}`),
  describe: ({ config: { IpCount = 0, IpamCidrConfigs } }) => ({
    // TEST-NET-3, RFC 5737: addresses that nobody has.
    AnycastIps: Array.from({ length: IpCount }, (_, index) => `203.0.113.${index + 1}`),
    ...(IpamCidrConfigs && {
      IpamConfig: { Quantity: IpamCidrConfigs.length, IpamCidrConfigs },
    }),
  }),
};
