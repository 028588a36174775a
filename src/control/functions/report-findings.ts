/**
 * Says of saved code what CloudFront's runtime would refuse. Saving it is allowed, there as here;
 * who saves it had better know.
 */
import type { Logger } from "../../base/logger.ts";
import type { FunctionCopy } from "../../model/function.ts";
import { checkFunction, type Finding } from "../../runtime/check-function.ts";

/** @returns what an answer carries beside the model's members: a header tells it to the caller */
export function reportFindings(
  name: string,
  { code, config }: Pick<FunctionCopy, "code" | "config">,
  logger: Logger,
): { readonly Findings?: readonly Finding[] } {
  const source = Buffer.from(code, "base64").toString("utf8");
  const findings = checkFunction(source, config.Runtime ?? "cloudfront-js-2.0");
  if (findings.length === 0) return {};
  logger.warn(
    { function: name, findings },
    "CloudFront's runtime would not run this code as it is",
  );
  return { Findings: findings };
}
