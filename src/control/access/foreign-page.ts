/**
 * Keeps web pages of other sites from changing an account that asks for no signatures.
 *
 * A browser sends what a page on any site tells it to, also to this machine: with no more than a
 * form, such a page could publish a function or empty the account. The page could not read the
 * answer (we send no CORS headers, so there is nothing for other sites' pages here), but it would
 * be done. A browser says where such a request comes from, in `Sec-Fetch-Site` or at least in
 * `Origin`; no other client sends these. Signed requests need none of this: no page can sign.
 *
 * Source: Fetch Metadata Request Headers §2.3; Fetch §3.2; OWASP, cross-site request forgery.
 */
import { ApiError } from "../../model/errors.ts";
import type { ApiRequest } from "../../wire/api-message.ts";

/** They change nothing, whoever sends them. */
const safeMethods: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/** @throws AccessDenied, when a page that did not come from this API asks for a change */
export function refuseForeignPage({ method, headers }: ApiRequest): void {
  const { origin, host, "sec-fetch-site": site } = headers;
  if (safeMethods.includes(method)) return;
  const isOurs = site ? site === "same-origin" || site === "none" : isSameHost(origin, host);
  if (isOurs) return;
  throw new ApiError(
    "AccessDenied",
    `A web page of another origin (${origin ?? "not named"}) must not change anything here; call the API from a program, or start the node with --auth sigv4 and sign the request`,
  );
}

function isSameHost(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
