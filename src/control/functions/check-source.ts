/**
 * `POST /footlight/v1/functions/check`: what CloudFront's runtime would refuse in code that nobody has saved, or run
 * otherwise; what CreateFunction and UpdateFunction say beside their answers, for editors that ask while one types.
 */
import { InvalidArgument } from "../../model/errors.ts";
import { HostFailure } from "../../runtime/apart/host-failure.ts";
import type { FunctionTester } from "../../runtime/function-runtime.ts";
import type { RuntimeName } from "../../runtime/runtime-name.ts";
import { readJsonBody } from "../read-json-body.ts";

/**
 * @throws InvalidArgument, when the body makes no sense, or the code can't be read within its time
 */
export async function checkSource(
  body: Uint8Array,
  tester: Pick<FunctionTester, "check">,
): Promise<object> {
  const { source, runtime } = readOrder(body);
  try {
    const findings = await tester.check(source, runtime, "request");
    return {
      size_bytes: Buffer.byteLength(source),
      findings: findings.map(({ engineMessage, ...finding }) => ({
        ...finding,
        ...(engineMessage !== undefined && { engine_message: engineMessage }),
      })),
    };
  } catch (error) {
    if (error instanceof HostFailure && error.isOfTheJob) {
      const why = `The code could not be checked: ${error.message}. Make it shorter or plainer`;
      throw new InvalidArgument(why);
    }
    throw error;
  }
}

function readOrder(body: Uint8Array): { readonly source: string; readonly runtime: RuntimeName } {
  const given = readJsonBody(body, ["source", "runtime"]);
  const { source, runtime = "cloudfront-js-2.0" } = given;
  if (typeof source !== "string") throw new InvalidArgument("source must be the code, as text");
  if (runtime !== "cloudfront-js-1.0" && runtime !== "cloudfront-js-2.0") {
    throw new InvalidArgument("runtime must be cloudfront-js-1.0 or cloudfront-js-2.0");
  }
  return { source, runtime };
}
