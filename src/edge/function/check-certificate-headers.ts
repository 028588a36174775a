/** Judges the names and forms that a function gave a client certificate's headers with cf.mtls. */
import type { CertificateHeader } from "../../runtime/function-runtime.ts";
import { InvalidOriginChange, mayBeCustomHeader } from "./origin-change-fields.ts";

/** @throws InvalidOriginChange, when a name or a text can't be a header's */
export function checkCertificateHeaders(changes: readonly CertificateHeader[] = []): void {
  for (const { to, form = [] } of changes) {
    const isText = (part: string | boolean = "") =>
      typeof part === "boolean" || /^[\t -~]*$/.test(part);
    if (!mayBeCustomHeader(to.toLowerCase()) || !form.every(isText)) {
      throw new InvalidOriginChange(
        `cf.mtls: ${to} can't be such a header's name, or its text not its value`,
      );
    }
  }
}
