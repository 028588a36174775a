/**
 * Reduces a viewer's Accept-Encoding to the codings that a behavior caches by.
 *
 * Source: CloudFront Developer Guide, "Compressed objects support".
 */
import type { Encodings } from "../deployment/forward-selection.ts";

/** @returns "br,gzip", "gzip" or "br": those that the viewer takes of the enabled ones; "" for neither */
export function encodingsOffered(acceptEncoding: string, enabled: Encodings): string {
  const lower = acceptEncoding.toLowerCase();
  const offersBrotli = enabled.brotli && offers(lower, "br");
  const offersGzip = enabled.gzip && offers(lower, "gzip");
  if (offersBrotli) return offersGzip ? "br,gzip" : "br";
  return offersGzip ? "gzip" : "";
}

/**
 * A coding with a weight of 0 is not offered (RFC 9110 §12.4.2); neither is what "*" stands for. This
 * is asked with nearly every request, so the list is not taken apart.
 */
function offers(accepted: string, coding: string): boolean {
  for (let at = accepted.indexOf(coding); at >= 0; at = accepted.indexOf(coding, at + 1)) {
    const before = skip(accepted, at - 1, -1);
    if (before >= 0 && accepted[before] !== ",") continue;
    const after = skip(accepted, at + coding.length, 1);
    if (after >= accepted.length || accepted[after] === ",") return true;
    if (accepted[after] !== ";") continue;
    const comma = accepted.indexOf(",", after);
    const parameters = accepted.slice(after, comma < 0 ? undefined : comma);
    if (!/;\s*q\s*=\s*0(\.0*)?\s*(;|$)/.test(parameters)) return true;
  }
  return false;
}

/** @returns where, from a place on, there is neither a space nor a tab */
function skip(text: string, from: number, step: 1 | -1): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at += step;
  return at;
}
