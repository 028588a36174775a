/** Which of a response's headers may be kept (RFC 9111 §3.1). */
import { addListed, combinedValue, withoutNames } from "../base/header-lines.ts";
import type { Directives } from "./cache-control.ts";

/** About the connection that the response came by, or about a proxy on the way (RFC 9110 §7.6.1, §11.7). */
const aboutConnection: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * @param directives given where fields that `no-cache` and `private` name are left out: those may be
 *   reused by nobody without asking (RFC 9111 §5.2.2.4), and be kept by no shared cache (§5.2.2.7)
 */
export function storedHeaders(headers: readonly string[], directives?: Directives): string[] {
  const names = new Set(aboutConnection);
  addListed(names, combinedValue(headers, "connection") ?? "");
  for (const fields of [directives?.noCache, directives?.private]) {
    if (typeof fields === "object") for (const field of fields) names.add(field);
  }
  return withoutNames(headers, names);
}
