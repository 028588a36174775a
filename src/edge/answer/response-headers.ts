/**
 * What a viewer gets of an origin's response headers: everything, except what is about the
 * connection to the origin, what only the edge may say, and cookies that the behavior keeps out.
 *
 * Source: CloudFront Developer Guide, "HTTP response headers that CloudFront removes or replaces".
 */
import { addListed, combine, withoutNames } from "../../base/header-lines.ts";
import type { Clock } from "../../base/clock.ts";
import { httpDate } from "../../base/http-date.ts";
import { headerRules } from "../../model/header-rules.ts";
import type { Forwarding } from "../deployment/forward-selection.ts";
import type { OriginResponse } from "../origin/origin-call.ts";
import { reasonPhrase } from "./error-page.ts";
import type { Answer } from "./answer.ts";

/**
 * Makes an origin's response the viewer's.
 *
 * @param keepsVary whether viewers are told all that the response was chosen by, as RFC 9110 §12.5.5 has it
 */
export function fromOrigin(
  response: OriginResponse,
  forwarding: Forwarding,
  now: Clock,
  keepsVary = false,
): Answer {
  const { status, body, switched } = response;
  const from = response.headers;
  let headers: string[] = [];
  let via: string | undefined;
  let hasDate = false;
  const connectionNames = new Set<string>();
  for (let index = 0; index < from.length; index += 2) {
    const spelling = from[index] as string;
    const value = from[index + 1] as string;
    const { lower, response: rule } = headerRules(spelling);
    switch (rule) {
      case "kept":
        if (lower === "date") hasDate = true;
        // A response without content has no length to tell (RFC 9110 §8.6).
        if ((status === 204 || status === 101) && lower === "content-length") break;
        headers.push(spelling, value);
        break;
      case "removed":
        break;
      case "s3":
        if (!response.isS3) headers.push(spelling, value);
        break;
      case "set-cookie":
        if (forwarding.cookies.kind !== "none") headers.push(spelling, value);
        break;
      case "vary": {
        const kept = response.isS3 || keepsVary ? value : keptVary(value, forwarding);
        if (kept !== "") headers.push(spelling, kept);
        break;
      }
      case "via":
        via = combine(via, value);
        break;
      case "connection":
        if (value !== "keep-alive" && value !== "close") addListed(connectionNames, value);
        break;
    }
  }
  if (connectionNames.size > 0) headers = withoutNames(headers, connectionNames);
  if (!hasDate) headers.push("Date", httpDate(now));
  return {
    status,
    reason: response.reason === "" ? reasonPhrase(status) : plainReason(response.reason, status),
    headers,
    body,
    result: status >= 400 ? "Error" : "Miss",
    via: via ?? "",
    ...(switched && { switched }),
  };
}

/** Names of headers that the origin never gets can't have changed its answer. */
function keptVary(value: string, { headers, edgeHeaders }: Forwarding): string {
  return value
    .split(",")
    .map((name) => name.trim())
    .filter((name) => {
      const lower = name.toLowerCase();
      if (lower === "accept-encoding" || lower === "cookie") return true;
      if (lower === "user-agent" && edgeHeaders.some((header) => header.includes("-Is-"))) {
        return true;
      }
      return headers.all ? lower !== "*" && !headers.except.has(lower) : headers.listed.has(lower);
    })
    .join(", ");
}

function plainReason(reason: string, status: number): string {
  return /^[\t\x20-\x7e]*$/.test(reason) ? reason : reasonPhrase(status);
}
