/**
 * Reduces a viewer's Accept-Encoding to the codings that a behavior caches by.
 *
 * Source: CloudFront Developer Guide, "Compressed objects support".
 */
import type { Encodings } from "../deployment/forward-selection.ts";

/** @returns "br,gzip", "gzip" or "br": those that the viewer takes of the enabled ones; "" for neither */
export function encodingsOffered(acceptEncoding: string, enabled: Encodings): string {
  const offersBrotli = enabled.brotli && offers(acceptEncoding, "br");
  const offersGzip = enabled.gzip && offers(acceptEncoding, "gzip");
  if (offersBrotli) return offersGzip ? "br,gzip" : "br";
  return offersGzip ? "gzip" : "";
}

/** A coding with a weight of 0 is not offered (RFC 9110 §12.4.2); neither is what "*" stands for. */
function offers(acceptEncoding: string, coding: string): boolean {
  if (!acceptEncoding.toLowerCase().includes(coding)) return false;
  return acceptEncoding.split(",").some((item) => {
    const [name = "", ...parameters] = item.split(";");
    if (name.trim().toLowerCase() !== coding) return false;
    return !parameters.some((parameter) => /^\s*q\s*=\s*0(\.0*)?\s*$/i.test(parameter));
  });
}
