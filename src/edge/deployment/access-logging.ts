/** What a distribution's configuration says of access logs. */
import type { Distribution } from "../../model/distribution.ts";

export interface AccessLogging {
  /** Whether records have viewers' cookies; it counts for logs of the second version as well. */
  readonly includesCookies: boolean;
  /** Where standard logs go; undefined where they are off. */
  readonly standard: StandardLogging | undefined;
}

export interface StandardLogging {
  /** The bucket's name. */
  readonly bucket: string;
  /** Stands before the names of files; empty when there is none. */
  readonly prefix: string;
}

export function accessLoggingOf({ Logging }: Distribution["config"]): AccessLogging {
  const { Enabled = false, IncludeCookies = false, Bucket = "", Prefix = "" } = Logging ?? {};
  const bucket = Bucket.replace(/\.s3([.-][a-z0-9]+)*\.amazonaws\.com(\.cn)?$/, "");
  return {
    includesCookies: IncludeCookies,
    standard: Enabled && bucket !== "" ? { bucket, prefix: Prefix } : undefined,
  };
}
