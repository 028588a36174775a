/** Public keys: what signatures of URLs and cookies, and encrypted fields, are made for. */
import { createPublicKey } from "node:crypto";
import { InvalidArgument } from "../../../model/errors.ts";
import { ownResources } from "../../../state/resources.ts";
import { checkComment } from "../../comment.ts";
import { newLetterId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const publicKey: ResourceRow<"public-key"> = {
  kind: "public-key",
  label: "public key",
  operations: {
    create: "CreatePublicKey",
    get: "GetPublicKey",
    getConfig: "GetPublicKeyConfig",
    update: "UpdatePublicKey",
    delete: "DeletePublicKey",
    list: "ListPublicKeys",
  },
  configMember: "PublicKeyConfig",
  collection: "public-key",
  errors: {
    missing: "NoSuchPublicKey",
    exists: "PublicKeyAlreadyExists",
    inUse: "PublicKeyInUse",
    tooMany: "TooManyPublicKeys",
  },
  texts: {
    exists: {
      Name: "The name that you are using to create a CloudFront public key is associated with another public key in your account.",
    },
    inUse:
      "The Cloudfront public key is currently associated with either Key Group or a field level encryption profile. Please disassociate the key before deleting.",
  },
  quota: "publicKeysPerAccount",
  unique: ["Name", "CallerReference"],
  fixed: {
    members: ["CallerReference", "Name", "EncodedKey"],
    code: "CannotChangeImmutablePublicKeyFields",
    text: "You can't change the value of a public key. Only its Comment can be changed.",
  },
  enforced: { edge: "yes" },
  newId: () => newLetterId("K"),
  complete: (config) => ({ ...config, Comment: config.Comment ?? "" }),
  check: ({ Name = "", Comment = "", EncodedKey = "" }) => {
    if (!/^[\w-]{1,128}$/.test(Name)) {
      throw new InvalidArgument(
        `The parameter Name must be 1 to 128 letters, digits, "-" and "_", got "${Name}"`,
      );
    }
    checkComment(Comment);
    checkKey(EncodedKey);
  },
  usedBy: ({ id }, state) => [
    ...ownResources(state, "key-group")
      .filter(({ config }) => config.Items?.includes(id))
      .map((group) => `key group ${group.id}`),
    ...ownResources(state, "field-level-encryption-profile")
      .filter(({ config }) =>
        config.EncryptionEntities?.Items?.some(({ PublicKeyId }) => PublicKeyId === id),
      )
      .map((profile) => `field-level encryption profile ${profile.id}`),
  ],
};

/** Source: CloudFront Developer Guide, "Create key pairs for your signers". */
function checkKey(pem: string): void {
  const found = describeKey(pem);
  if (found === "RSA 2048" || found === "EC prime256v1") return;
  throw new InvalidArgument(
    `The parameter EncodedKey must be a public key in PEM form, RSA with 2048 bits or ECDSA with P-256, got ${found}`,
  );
}

function describeKey(pem: string): string {
  if (!pem.trimStart().startsWith("-----BEGIN PUBLIC KEY-----")) {
    return `something that does not begin with "-----BEGIN PUBLIC KEY-----"`;
  }
  try {
    const { asymmetricKeyType: type = "", asymmetricKeyDetails: details } = createPublicKey(pem);
    return `${type.toUpperCase()} ${details?.modulusLength ?? details?.namedCurve ?? ""}`.trim();
  } catch {
    return "something that cannot be read as a key";
  }
}
