/** Origin access controls: how requests to an origin are signed. */
import { InvalidArgument } from "../../../model/errors.ts";
import { newLetterId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const originAccessControl: ResourceRow<"origin-access-control"> = {
  kind: "origin-access-control",
  label: "origin access control",
  operations: {
    create: "CreateOriginAccessControl",
    get: "GetOriginAccessControl",
    getConfig: "GetOriginAccessControlConfig",
    update: "UpdateOriginAccessControl",
    delete: "DeleteOriginAccessControl",
    list: "ListOriginAccessControls",
  },
  configMember: "OriginAccessControlConfig",
  collection: "origin-access-control",
  errors: {
    missing: "NoSuchOriginAccessControl",
    exists: "OriginAccessControlAlreadyExists",
    inUse: "OriginAccessControlInUse",
    tooMany: "TooManyOriginAccessControls",
  },
  texts: {
    exists: { Name: "An origin access control with the same name already exists." },
    inUse: "The CloudFront origin access control is still being used.",
  },
  quota: "originAccessControlsPerAccount",
  unique: ["Name"],
  enforced: { edge: "yes" },
  newId: () => newLetterId("E"),
  // Entries of lists must have a description.
  complete: (config) => ({ ...config, Description: config.Description ?? "" }),
  check: ({
    Name = "",
    Description = "",
    SigningBehavior,
    OriginAccessControlOriginType: type = "",
  }) => {
    if (SigningBehavior === "always-amz-auth" && type !== "lambda") {
      throw new InvalidArgument(
        `The parameter SigningBehavior can be always-amz-auth only with OriginAccessControlOriginType lambda, got ${type}`,
      );
    }
    if (Name === "" || Name.length > 64) {
      throw new InvalidArgument(`The parameter Name must have 1 to 64 characters, got "${Name}"`);
    }
    if (Description.length > 256) {
      throw new InvalidArgument(
        `The parameter Description has ${Description.length} characters, and the limit is 256`,
      );
    }
  },
};
