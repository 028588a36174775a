/**
 * Keeps web pages of other sites from changing an account that asks for no signatures.
 *
 * A browser sends what a page on any site tells it to, also to this machine: with no more than a
 * form, such a page could publish a function or empty the account. The page could not read the
 * answer (we send no CORS headers, so there is nothing for other sites' pages here), but it would
 * be done. A browser says where such a request comes from, in `Sec-Fetch-Site` or at least in
 * `Origin`; no other client sends these. Signed requests need none of this: no page can sign.
 *
 * A site can also make its own name mean this machine, once its page is loaded (DNS rebinding): to
 * the browser the page and the API are then one site, and the page may read answers too. But the
 * browser sends that site's name as `Host`. So what a browser of this machine sends to a name that
 * someone may own on the internet is refused, whatever it asks for.
 *
 * And some things a page may load of any site without being let read them: as a script, a style or a picture. A function's
 * code is a script, which the page that has run it can read. `forOwnPages` keeps browsers from that.
 *
 * Source: Fetch Metadata Request Headers §2.3; Fetch §3.2; RFC 6761; OWASP, cross-site request
 * forgery.
 */
import { isIP } from "node:net";
import { ApiError } from "../../model/errors.ts";
import type { ApiRequest } from "../../wire/api-message.ts";

/**
 * Of every answer: what it says it is is all that it is taken for, and a page of another origin can't load it in any way.
 *
 * Source: Fetch §3.7, "`Cross-Origin-Resource-Policy` header", and §3.6, "`X-Content-Type-Options` header".
 */
export const forOwnPages: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

/** They change nothing but the audit, where it notes who has read something. */
const safeMethods: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/** @throws AccessDenied, when a page that did not come from this API asks for a change */
export function refuseForeignPage(request: ApiRequest): void {
  const { method, headers } = request;
  const { host } = headers;
  if (isRebound(request)) {
    throw new ApiError(
      "AccessDenied",
      `A web page may call the API by an IP address or a local name, not by "${host}", which any site can make mean this machine; call it from a program, or start the node with --auth sigv4 and sign the request`,
    );
  }
  if (!safeMethods.includes(method)) refuseForeignChange(request);
}

/** @throws AccessDenied, to a page of another origin, whatever its method: reading makes an entry in the audit, too, where it is noted */
export function refuseForeignChange({ headers }: Pick<ApiRequest, "headers">): void {
  const { origin, host, "sec-fetch-site": site } = headers;
  const isOurs = site ? site === "same-origin" || site === "none" : isSameHost(origin, host);
  if (isOurs) return;
  throw new ApiError(
    "AccessDenied",
    `A web page of another origin (${origin ?? "not named"}) may neither change nor follow anything here; call the API from a program, or start the node with --auth sigv4 and sign the request`,
  );
}

/**
 * Browsers send `Origin` with a change, and `Accept-Language` always, whose value a page may choose.
 * Of programs only `fetch()` of Node sends that, beside a `Sec-Fetch-Mode` that no page can add:
 * browsers send it to local names alone. Who comes from another machine, by a name of its network,
 * is let be.
 */
function isRebound({ headers, sourceIp }: ApiRequest): boolean {
  const { origin, host = "", "sec-fetch-site": site } = headers;
  const isPage = origin !== undefined || site !== undefined;
  const namesLanguage =
    headers["accept-language"] !== undefined && headers["sec-fetch-mode"] === undefined;
  const isBrowserHere = namesLanguage && /^(127\.|::1$)/.test(sourceIp);
  return (isPage || isBrowserHere) && !isLocalName(host);
}

/** An IP address, a name without a dot, or one below a top-level domain that nobody can own; what is no name is none of them. */
function isLocalName(host: string): boolean {
  if (host.trim() === "") return true;
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname;
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0) return true;
  return !name.includes(".") || /\.(localhost|internal|local|test)$/.test(name);
}

function isSameHost(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
