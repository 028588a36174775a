/** Key groups: the public keys whose signatures a cache behavior trusts. */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import { findResource } from "../../../state/resources.ts";
import { checkComment } from "../../comment.ts";
import { newUuid } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const keyGroup: ResourceRow<"key-group"> = {
  kind: "key-group",
  label: "key group",
  operations: {
    create: "CreateKeyGroup",
    get: "GetKeyGroup",
    getConfig: "GetKeyGroupConfig",
    update: "UpdateKeyGroup",
    delete: "DeleteKeyGroup",
    list: "ListKeyGroups",
  },
  configMember: "KeyGroupConfig",
  collection: "key-group",
  errors: {
    missing: "NoSuchResource",
    exists: "KeyGroupAlreadyExists",
    inUse: "ResourceInUse",
    tooMany: "TooManyKeyGroups",
  },
  texts: { inUse: "Cannot delete this resource because it is in use." },
  quota: "keyGroupsPerAccount",
  unique: ["Name"],
  enforced: { edge: "yes" },
  newId: newUuid,
  check: ({ Name = "", Comment = "", Items = [] }, { state, quotas }) => {
    checkComment(Comment);
    if (Name === "") throw new InvalidArgument("The parameter Name must not be empty");
    if (Items.length === 0) {
      throw new InvalidArgument("The parameter Items must have at least one public key's id");
    }
    if (Items.length > quotas.publicKeysPerKeyGroup) {
      throw new ApiError(
        "TooManyPublicKeysInKeyGroup",
        `The key group has ${Items.length} public keys, and the limit is ${quotas.publicKeysPerKeyGroup}`,
      );
    }
    const unknown = Items.find((id) => findResource(state, "public-key", id) === undefined);
    if (unknown !== undefined) {
      throw new InvalidArgument(
        `One or more of the public keys of the key group do not exist. "${unknown}" is none`,
      );
    }
    const twice = Items.find((id, index) => Items.indexOf(id) !== index);
    if (twice !== undefined) {
      throw new InvalidArgument(`The public key ${twice} is in the key group more than once`);
    }
  },
};
