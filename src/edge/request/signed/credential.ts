/**
 * What a request was signed with, as it came: the parameters of a signed URL, or signed cookies.
 *
 * Any parameter of a signature makes the URL a signed one, and then cookies don't count.
 *
 * Source: CloudFront Developer Guide, "Decide to use signed URLs or signed cookies".
 */
import { forEachLine } from "../../../base/header-lines.ts";
import {
  isSigningParameter,
  signingCookie,
  type SigningParameter,
} from "../../deployment/signing-names.ts";
import type { ViewerRequest } from "../../viewer-request.ts";

export interface Credential {
  readonly values: ReadonlyMap<SigningParameter, string>;
  /** Whether a parameter came twice, so that two readers could read two signatures. */
  readonly isAmbiguous: boolean;
  /** The query string without it, in the order that it came in; undefined where nothing is left. */
  readonly querystring: string | undefined;
}

export function credentialOf({
  querystring,
  headers,
}: Pick<ViewerRequest, "querystring" | "headers">): Credential {
  const ofUrl = querystring === undefined ? undefined : ofQuery(querystring);
  if (ofUrl !== undefined && ofUrl.values.size > 0) return ofUrl;
  return { values: ofCookies(headers), isAmbiguous: false, querystring };
}

function ofQuery(querystring: string): Credential {
  const values = new Map<SigningParameter, string>();
  let isAmbiguous = false;
  const rest = querystring.split("&").filter((parameter) => {
    const equals = parameter.indexOf("=");
    const name = equals < 0 ? parameter : parameter.slice(0, equals);
    if (!isSigningParameter(name)) return true;
    isAmbiguous ||= values.has(name);
    values.set(name, equals < 0 ? "" : decoded(parameter.slice(equals + 1)));
    return false;
  });
  return { values, isAmbiguous, querystring: rest.join("&") || undefined };
}

/** Of two cookies with one name, the one with the longer path comes first (RFC 6265 §5.4), and counts. */
function ofCookies(headers: readonly string[]): Map<SigningParameter, string> {
  const values = new Map<SigningParameter, string>();
  forEachLine(headers, (name, value) => {
    if (name.length !== 6 || name.toLowerCase() !== "cookie") return;
    for (const pair of value.split(";")) {
      const equals = pair.indexOf("=");
      if (equals < 0) continue;
      const parameter = signingCookie(pair.slice(0, equals).trim());
      if (parameter === undefined || values.has(parameter)) continue;
      values.set(parameter, pair.slice(equals + 1).trim());
    }
  });
  return values;
}

/** Some clients escape "~". What can't be decoded stays, and is no value of any parameter. */
function decoded(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
