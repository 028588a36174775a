/** What CreateFunction and UpdateFunction ask of a function's configuration and code. */
import { ApiError } from "../../model/errors.ts";
import type { FunctionConfig } from "../../schema/shapes.ts";
import type { Quotas } from "../quotas.ts";

/**
 * @returns the code in base64, as the state keeps it
 * @throws FunctionSizeLimitExceeded, over the quota: 10 KB on AWS, where it cannot be raised
 */
export function checkFunctionCode(
  code: Uint8Array | undefined,
  { functionCodeBytes }: Quotas,
): string {
  const bytes = Buffer.from(code ?? []);
  if (bytes.length > functionCodeBytes) {
    throw new ApiError(
      "FunctionSizeLimitExceeded",
      `The function code is ${bytes.length} bytes long, and the limit is ${functionCodeBytes}`,
    );
  }
  return bytes.toString("base64");
}

/** Source: CloudFront Developer Guide, "Restrictions on CloudFront Functions", key value stores. */
export function checkFunctionConfig(config: FunctionConfig | undefined): FunctionConfig {
  const { Comment = "", Runtime, KeyValueStoreAssociations: stores } = config ?? {};
  const items = stores?.Items ?? [];
  if (stores && (stores.Quantity ?? 0) !== items.length) {
    throw new ApiError(
      "InvalidArgument",
      `KeyValueStoreAssociations.Quantity is ${stores.Quantity}, but there are ${items.length} Items`,
    );
  }
  if (items.length > 1) {
    throw new ApiError(
      "InvalidArgument",
      `A function can have one key value store, got ${items.length} KeyValueStoreAssociations`,
    );
  }
  if (items.length > 0 && Runtime !== "cloudfront-js-2.0") {
    throw new ApiError(
      "InvalidArgument",
      `Key value stores need the runtime cloudfront-js-2.0, and this function's is ${Runtime}`,
    );
  }
  return {
    Comment,
    Runtime,
    ...(items.length > 0 && {
      KeyValueStoreAssociations: { Quantity: items.length, Items: items },
    }),
  };
}
