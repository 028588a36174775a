/**
 * Says of code that is to be saved what CloudFront's runtime would refuse. Saving it is allowed, there
 * as here; who saves it had better know.
 */
import { decodeUtf8 } from "../../base/decode-utf8.ts";
import type { Logger } from "../../base/logger.ts";
import { InvalidArgument } from "../../model/errors.ts";
import { HostFailure } from "../../runtime/apart/host-failure.ts";
import type { Finding } from "../../runtime/check/check-function.ts";
import type { FunctionKind } from "../../runtime/check/handler-name.ts";
import type { FunctionConfig } from "../../schema/shapes.ts";
import type { OperationContext } from "../operation.ts";

/** What AWS CLI 2 makes of --function-code file://…: it takes the text for base64. */
const noText: Finding = {
  severity: "error",
  rule: "encoding",
  line: 1,
  column: 1,
  message:
    "the code is no UTF-8 text; clients encode it themselves, and AWS CLI 2 wants --function-code fileb://function.js",
};

/**
 * Reads the code, to be called before it is saved: what nothing can read to its end is no function.
 *
 * @param code in base64
 * @throws InvalidArgument, when reading the code takes too long, or ends the process that reads it
 */
export async function findFindings(
  name: string,
  code: string,
  config: FunctionConfig,
  { tester, logger }: Pick<OperationContext, "tester" | "logger">,
  kind: FunctionKind = "request",
): Promise<readonly Finding[]> {
  const source = decodeUtf8(Buffer.from(code, "base64"));
  if (source === undefined) return [noText];
  try {
    return await tester.check(source, config.Runtime ?? "cloudfront-js-2.0", kind);
  } catch (error) {
    if (error instanceof HostFailure && error.isOfTheJob) {
      throw new InvalidArgument(
        `The code of the function ${name} could not be checked: ${error.message}. Make it shorter or plainer`,
      );
    }
    // The findings are advice: code that can't be read just now is saved without.
    logger.warn({ err: error, function: name }, "a function is saved unchecked");
    return [];
  }
}

/** @returns what an answer carries beside the model's members: a header tells it to the caller */
export function reportFindings(
  name: string,
  findings: readonly Finding[],
  logger: Logger,
): { readonly Findings?: readonly Finding[] } {
  if (findings.length === 0) return {};
  logger.warn(
    { function: name, findings: findings.map((finding) => ({ ...finding })) },
    "CloudFront's runtime would not run this code as it is",
  );
  return { Findings: findings };
}
