/**
 * By the strict reading, a request that may have changed something makes what is kept of its target
 * unusable when it succeeds (RFC 9111 §4.4). CloudFront keeps it.
 */
import type { Clock } from "../../base/clock.ts";
import { firstValue } from "../../base/header-lines.ts";
import type { Answer } from "../answer/answer.ts";
import type { Cache } from "./cache.ts";
import type { CacheCall } from "./cache-call.ts";
import { cacheKey } from "./cache-key.ts";

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Lets go of what is kept of what a request may have changed. */
export function forgetChanged(
  { asked, distribution, behavior, keptApart, requester }: CacheCall,
  { status, headers }: Answer,
  { store, reading }: Cache,
  now: Clock,
): void {
  if (reading !== "strict" || safeMethods.has(requester.method) || status >= 400) return;
  const host = requester.hostHeader ?? "";
  const others = [firstValue(headers, "location"), firstValue(headers, "content-location")];
  const targets = [asked, ...others.flatMap((reference) => sameHost(reference, asked.path, host))];
  for (const target of targets) {
    const read = { ...asked, path: target.path, querystring: target.querystring };
    const viewer = { ...requester, method: "GET" };
    for (const apart of keptApart.all) {
      const { key } = cacheKey(distribution, read, viewer, behavior.caching, apart);
      for (const stored of store.variantsOf(key, now().getTime())) store.remove(stored);
    }
  }
}

interface Target {
  readonly path: string;
  readonly querystring: string | undefined;
}

/** What a response names beside its target counts where it is of the same host. */
function sameHost(reference: string | undefined, path: string, host: string): Target[] {
  if (reference === undefined || host === "") return [];
  const url = URL.parse(reference, `http://${host}${path}`);
  if (url === null || url.host !== URL.parse(`http://${host}`)?.host) return [];
  return [{ path: url.pathname, querystring: url.search === "" ? undefined : url.search.slice(1) }];
}
