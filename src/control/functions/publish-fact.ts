/** What a publish comes to: DEVELOPMENT becomes a version, which all viewers get. */
import { codeSha256, type CloudFrontFunction } from "../../model/function.ts";
import { nextNumber, servingCopies } from "../../model/function-versions.ts";
import type { Fact } from "../../state/change.ts";

/**
 * What serves viewers already is no new version. What served before and was taken back is one: it is published
 * anew, by somebody who means it.
 *
 * @param keptCopies how many versions are kept from now on
 * @param message what the publisher has to say
 */
export function publishFact(
  fn: CloudFrontFunction,
  keptCopies: number,
  message?: string,
): Fact & { readonly type: "function-published" } {
  const { name, development, published } = fn;
  const newest = published?.versions.at(-1);
  const isServed =
    newest !== undefined &&
    servingCopies(published!).includes(newest.copy) &&
    newest.copy.version === development.version;
  return {
    type: "function-published",
    name,
    version: development.version,
    sha256: codeSha256(development),
    number: isServed ? newest.number : nextNumber(published),
    keep: keptCopies,
    ...(message !== undefined && { message }),
  };
}
