/**
 * Field-level encryption: profiles say which fields of a POST are encrypted with which key, and
 * configurations which profile a request gets.
 *
 * Source: CloudFront Developer Guide, "Use field-level encryption to help protect sensitive data".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type {
  FieldLevelEncryptionConfig,
  FieldLevelEncryptionProfileConfig,
} from "../../../schema/shapes.ts";
import { findResource, ownResources } from "../../../state/resources.ts";
import { newLetterId } from "../resource-id.ts";
import type { Enforcement, ResourceRow, Subject } from "../resource-row.ts";

const enforced: Enforcement = { edge: "no", reason: "the edge encrypts no fields" };

const fixedCallerReference = {
  members: ["CallerReference"],
  code: "IllegalUpdate",
  text: "You cannot update the value of CallerReference.",
} as const;

export const fieldLevelEncryptionConfig: ResourceRow<"field-level-encryption-config"> = {
  kind: "field-level-encryption-config",
  label: "field-level encryption configuration",
  operations: {
    create: "CreateFieldLevelEncryptionConfig",
    get: "GetFieldLevelEncryption",
    getConfig: "GetFieldLevelEncryptionConfig",
    update: "UpdateFieldLevelEncryptionConfig",
    delete: "DeleteFieldLevelEncryptionConfig",
    list: "ListFieldLevelEncryptionConfigs",
  },
  configMember: "FieldLevelEncryptionConfig",
  collection: "field-level-encryption",
  errors: {
    missing: "NoSuchFieldLevelEncryptionConfig",
    exists: "FieldLevelEncryptionConfigAlreadyExists",
    inUse: "FieldLevelEncryptionConfigInUse",
    tooMany: "TooManyFieldLevelEncryptionConfigs",
  },
  quota: "fieldLevelEncryptionConfigsPerAccount",
  unique: ["CallerReference"],
  fixed: fixedCallerReference,
  enforced,
  newId: () => newLetterId("E"),
  check: checkConfig,
};

export const fieldLevelEncryptionProfile: ResourceRow<"field-level-encryption-profile"> = {
  kind: "field-level-encryption-profile",
  label: "field-level encryption profile",
  operations: {
    create: "CreateFieldLevelEncryptionProfile",
    get: "GetFieldLevelEncryptionProfile",
    getConfig: "GetFieldLevelEncryptionProfileConfig",
    update: "UpdateFieldLevelEncryptionProfile",
    delete: "DeleteFieldLevelEncryptionProfile",
    list: "ListFieldLevelEncryptionProfiles",
  },
  configMember: "FieldLevelEncryptionProfileConfig",
  collection: "field-level-encryption-profile",
  errors: {
    missing: "NoSuchFieldLevelEncryptionProfile",
    exists: "FieldLevelEncryptionProfileAlreadyExists",
    inUse: "FieldLevelEncryptionProfileInUse",
    tooMany: "TooManyFieldLevelEncryptionProfiles",
  },
  quota: "fieldLevelEncryptionProfilesPerAccount",
  unique: ["CallerReference", "Name"],
  fixed: fixedCallerReference,
  enforced,
  newId: () => newLetterId("E"),
  check: checkProfile,
  usedBy: ({ id }, state) =>
    ownResources(state, "field-level-encryption-config")
      .filter(({ config }) => profilesOf(config).includes(id))
      .map((config) => `field-level encryption configuration ${config.id}`),
};

/** The profiles that a configuration names. */
function profilesOf(config: FieldLevelEncryptionConfig): string[] {
  const items = [
    ...(config.QueryArgProfileConfig?.QueryArgProfiles?.Items ?? []),
    ...(config.ContentTypeProfileConfig?.ContentTypeProfiles?.Items ?? []),
  ];
  return items.map(({ ProfileId }) => ProfileId ?? "").filter((id) => id !== "");
}

function checkConfig(
  config: FieldLevelEncryptionConfig,
  { state, quotas }: Subject<"field-level-encryption-config">,
): void {
  const byQuery = config.QueryArgProfileConfig?.QueryArgProfiles?.Items ?? [];
  const byType = config.ContentTypeProfileConfig?.ContentTypeProfiles?.Items ?? [];
  refuseOver(
    "TooManyFieldLevelEncryptionQueryArgProfiles",
    byQuery.length,
    quotas.queryArgProfilesPerConfig,
  );
  refuseOver(
    "TooManyFieldLevelEncryptionContentTypeProfiles",
    byType.length,
    quotas.contentTypeProfilesPerConfig,
  );
  const empty = byQuery.find(({ ProfileId }) => !ProfileId);
  if (empty) {
    throw new ApiError(
      "QueryArgProfileEmpty",
      `No profile is specified for the query argument "${empty.QueryArg}"`,
    );
  }
  const other = byType.find(
    ({ ContentType }) => ContentType !== "application/x-www-form-urlencoded",
  );
  if (other) {
    throw new InvalidArgument(
      `The parameter ContentType must be application/x-www-form-urlencoded, got "${other.ContentType}"`,
    );
  }
  for (const id of profilesOf(config)) {
    if (findResource(state, "field-level-encryption-profile", id) !== undefined) continue;
    throw new ApiError(
      "NoSuchFieldLevelEncryptionProfile",
      `The specified field-level encryption profile does not exist. It was looked for as "${id}"`,
    );
  }
}

function checkProfile(
  config: FieldLevelEncryptionProfileConfig,
  { state, quotas }: Subject<"field-level-encryption-profile">,
): void {
  const entities = config.EncryptionEntities?.Items ?? [];
  refuseOver(
    "TooManyFieldLevelEncryptionEncryptionEntities",
    entities.length,
    quotas.encryptionEntitiesPerProfile,
  );
  for (const { PublicKeyId = "", FieldPatterns } of entities) {
    if (findResource(state, "public-key", PublicKeyId) === undefined) {
      throw new ApiError(
        "NoSuchPublicKey",
        `The specified public key does not exist. It was looked for as "${PublicKeyId}"`,
      );
    }
    refuseOver(
      "TooManyFieldLevelEncryptionFieldPatterns",
      FieldPatterns?.Items?.length ?? 0,
      quotas.fieldPatternsPerProfile,
    );
  }
}

function refuseOver(code: ApiError["code"], count: number, most: number): void {
  if (count > most) throw new ApiError(code, `There are ${count}, and the limit is ${most}`);
}
