/**
 * Trust stores: the certificate authorities whose viewer certificates a distribution accepts.
 *
 * The bundle is read when a store is created or updated, and kept: what is in Amazon S3 afterwards changes nothing. One that
 * can't be read, or is none, makes the store `failed`; a store that had a bundle before goes by that one until it gets another.
 */
import { readAuthorities } from "../../../certificates/authorities.ts";
import { ApiError } from "../../../model/errors.ts";
import type { ResourceConfigs } from "../../../model/resource.ts";
import type { OperationContext } from "../../operation.ts";
import { newPrefixedId } from "../resource-id.ts";
import type { Input, ResourceRow } from "../resource-row.ts";

type Config = ResourceConfigs["trust-store"];

/** Of a bundle. */
const bytesMax = 1024 * 1024;

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
    edge: "partly",
    reason: "no OCSP responder is asked, whatever UseClientCertificateOCSPEndpoint says",
  },
  newId: () => newPrefixedId("ts"),
  gather: withBundle,
  complete: (config) => ({
    ...config,
    UseClientCertificateOCSPEndpoint: config.UseClientCertificateOCSPEndpoint ?? false,
  }),
  describe: ({ config: { Bundle = "", BundleProblem = unread } }) => ({
    NumberOfCaCertificates: Bundle === "" ? 0 : readAuthorities(Bundle).length,
    ...(BundleProblem !== "" && { Status: "failed", Reason: BundleProblem }),
  }),
};

/** Of stores from before bundles were read. */
const unread = "The bundle was never read: update the trust store, so that it is";

async function withBundle(input: Input, context: OperationContext): Promise<Input> {
  const source = input["CaCertificatesBundleSource"] as Config["CaCertificatesBundleSource"];
  const location = source?.CaCertificatesBundleS3Location;
  if (location === undefined) return input;
  const { Bucket = "", Key = "" } = location;
  try {
    const bytes = await context.readImportSource(`arn:aws:s3:::${Bucket}/${Key}`, bytesMax);
    if (bytes.length > bytesMax) throw new Error(`it is larger than ${bytesMax} bytes`);
    const certificates = readAuthorities(Buffer.from(bytes).toString("latin1"));
    const Bundle = certificates.map((certificate) => certificate.toString()).join("");
    return { ...input, Bundle, BundleProblem: "" };
  } catch (error) {
    const { message } = error as Error;
    const reason =
      error instanceof ApiError ? message : `The bundle s3://${Bucket}/${Key} is none: ${message}`;
    return { ...input, BundleProblem: reason };
  }
}
