/**
 * The cache key of a request: what two requests must have in common to get the same object.
 *
 * It begins with the distribution and its tenant, whatever name it was asked by, and the path as the function left it; OPTIONS
 * has keys of its own. Scheme, origin and behavior are not in it. What the behavior selects follows a line each:
 * a name, a colon and a value, and no line where there is none. While several versions of the viewer-request function serve, the
 * new ones' keys end in a line of their own, which begins as no name does. Paths, names and values hold no line
 * feed, so no two selections make the same text; the key's parts stand in one order, whatever order headers come in.
 *
 * Source: CloudFront Developer Guide, "Understand the cache key"; "Compressed objects support".
 */
import { combinedValue, forEachLine } from "../../base/header-lines.ts";
import type { CacheRules } from "../deployment/cache-rules.ts";
import type { KeySelection } from "../deployment/key-selection.ts";
import { selectedCookies, selectedQuery } from "../deployment/selection.ts";
import { encodingsOffered } from "../origin/accept-encoding.ts";
import type { AskedRequest } from "../origin/origin-request.ts";
import type { KeptApart } from "../record/kept-apart.ts";
import type { ViewerRequest } from "../viewer-request.ts";

export interface CacheKey {
  readonly key: string;
  /** The path, and "?" and the query in the key: what invalidations name. */
  readonly uri: string;
}

/** Whose objects they are. */
export interface KeyOwner {
  /** Of the distribution: letters and digits. */
  readonly id: string;
  /** Who shares nothing with others of its distribution: its own id is letters, digits and "_". */
  readonly tenant?: { readonly id: string } | undefined;
}

/** What the keys of all that is theirs begin with, up to a space. */
export function ownerInKey({ id, tenant }: KeyOwner): string {
  return tenant === undefined ? id : `${id}:${tenant.id}`;
}

/** What no function changes of who asks. */
type Asker = Pick<ViewerRequest, "method" | "hostHeader" | "httpVersion">;

interface MadeKey extends Asker {
  readonly owner: KeyOwner;
  readonly selection: KeySelection;
  readonly apart: KeptApart["own"];
  readonly key: CacheKey;
}

/** The keys of requests that recur. */
const made = new WeakMap<AskedRequest, MadeKey>();

/**
 * @param request after the viewer-request function
 * @param apart which version's it is, see {@link KeptApart}
 */
export function cacheKey(
  owner: KeyOwner,
  request: AskedRequest,
  asker: Asker,
  { key: selection }: Pick<CacheRules, "key">,
  apart: KeptApart["own"],
): CacheKey {
  if (request.recurs !== true) return makeKey(owner, request, asker, selection, apart);
  const { method, hostHeader, httpVersion } = asker;
  const known = made.get(request);
  const isSame =
    known?.owner === owner &&
    known.selection === selection &&
    known.apart === apart &&
    known.method === method &&
    known.hostHeader === hostHeader &&
    known.httpVersion === httpVersion;
  if (isSame) return known.key;
  const key = makeKey(owner, request, asker, selection, apart);
  made.set(request, { owner, selection, apart, method, hostHeader, httpVersion, key });
  return key;
}

function makeKey(
  keyOwner: KeyOwner,
  request: AskedRequest,
  viewer: Asker,
  selection: KeySelection,
  apart: KeptApart["own"],
): CacheKey {
  const { headers, cookies, query, encodings } = selection;
  const uri = request.path + selectedQuery(request.querystring, query);
  const owner = ownerInKey(keyOwner);
  let key = viewer.method === "OPTIONS" ? `OPTIONS ${owner} ${uri}` : `${owner} ${uri}`;
  if (encodings !== undefined && viewer.httpVersion !== "1.0") {
    const accepted = combinedValue(request.headers, "accept-encoding");
    const offered = accepted === undefined ? "" : encodingsOffered(accepted, encodings);
    if (offered !== "") key += `\naccept-encoding:${offered}`;
  }
  for (const name of headers) key += headerLines(name, request.headers, viewer);
  if (cookies.kind !== "none") {
    const selected = selectedCookies(cookiesOf(request.headers), cookies);
    if (selected !== "") key += `\ncookie:${selected}`;
  }
  if (apart !== "") key += `\n@${apart}`;
  return { key, uri };
}

/** Lines of one name stay apart: an origin may read the first alone. */
function headerLines(
  name: string,
  headers: readonly string[],
  { hostHeader, httpVersion }: Pick<ViewerRequest, "hostHeader" | "httpVersion">,
): string {
  if (name === "host") return hostHeader === undefined ? "" : `\nhost:${hostHeader}`;
  // The origin gets none of an HTTP/1.0 viewer.
  if (name === "accept-encoding" && httpVersion === "1.0") return "";
  let lines = "";
  for (let index = 0; index < headers.length; index += 2) {
    const spelling = headers[index] as string;
    if (spelling.length !== name.length || spelling.toLowerCase() !== name) continue;
    lines += `\n${name}:${headers[index + 1]}`;
  }
  return lines;
}

function cookiesOf(headers: readonly string[]): string {
  let cookies = "";
  forEachLine(headers, (name, value) => {
    if (name.length !== 6 || name.toLowerCase() !== "cookie") return;
    cookies = cookies === "" ? value : `${cookies}; ${value}`;
  });
  return cookies;
}
