/** The two JavaScript runtimes of CloudFront Functions. */
import type { FunctionCopy } from "../model/function.ts";

export type RuntimeName = "cloudfront-js-1.0" | "cloudfront-js-2.0";

/** What a copy's configuration names; the API lets no other name in. */
export function runtimeOf(copy: FunctionCopy): RuntimeName {
  return copy.config.Runtime === "cloudfront-js-1.0" ? "cloudfront-js-1.0" : "cloudfront-js-2.0";
}
