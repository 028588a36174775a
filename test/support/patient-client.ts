/**
 * A client of a node whose log is on servers that elect each other: on a busy machine they may elect another leader at any time, and
 * nobody can change anything then, for seconds.
 */
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";

/** It asks again where it is told that a change cannot be made now. */
export function patientClient(api: string): CloudFrontClient {
  return new CloudFrontClient({
    ...{ endpoint: api, region: "us-east-1", maxAttempts: 8 },
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
}
