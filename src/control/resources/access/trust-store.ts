/** Trust stores: the certificate authorities whose viewer certificates a distribution accepts. */
import { newPrefixedId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const trustStore: ResourceRow<"trust-store"> = {
  kind: "trust-store",
  label: "trust store",
  operations: {
    create: "CreateTrustStore",
    get: "GetTrustStore",
    update: "UpdateTrustStore",
    delete: "DeleteTrustStore",
    list: "ListTrustStores",
  },
  errors: {
    missing: "EntityNotFound",
    exists: "EntityAlreadyExists",
    inUse: "CannotDeleteEntityWhileInUse",
    tooMany: "EntityLimitExceeded",
  },
  quota: "trustStoresPerAccount",
  unique: ["Name"],
  statuses: ["pending", "active"],
  enforced: {
    edge: "no",
    reason: "the bundle in Amazon S3 is not read, and viewers need no certificate",
  },
  newId: () => newPrefixedId("ts"),
  complete: (config) => ({
    ...config,
    UseClientCertificateOCSPEndpoint: config.UseClientCertificateOCSPEndpoint ?? false,
  }),
  describe: () => ({
    NumberOfCaCertificates: 0,
    Reason:
      "Footlight does not read the bundle in Amazon S3, and does not ask viewers for certificates",
  }),
};
