/** The calls on what the edge keeps: looking a request up, and making what is kept unusable. */
import { callApi } from "./call-api.ts";

export interface CachedVariant {
  /** Like "fresh" or "stale". */
  readonly condition: string;
  readonly status: number;
  readonly bytes: number;
  readonly content_type?: string;
  readonly age_seconds: number;
  readonly fresh_until: string;
}

export interface CacheLookup {
  readonly distribution: string;
  readonly behavior: {
    readonly path_pattern: string;
    readonly cache_policy?: { readonly name: string };
  };
  /** Absent where such a request is not looked up. */
  readonly key?: string;
  readonly variants: readonly CachedVariant[];
  /** Why such a request is not looked up. */
  readonly never_kept?: { readonly because: string };
  /** Why the last response was not kept. */
  readonly not_stored?: { readonly because: string };
}

/** @param url of an object as a viewer asks for it after the viewer-request function */
export function lookUpInCache(url: string, signal?: AbortSignal): Promise<CacheLookup> {
  return callApi({ path: "/footlight/v1/cache/object", query: { url }, signal });
}

export interface Invalidation {
  readonly id: string;
  readonly create_time: string;
  /** InProgress until all edges have it, then Completed. */
  readonly status: string;
}

/** The newest hundred. */
export async function listInvalidations(
  distribution: string,
  signal?: AbortSignal,
): Promise<readonly Invalidation[]> {
  const { items } = await callApi<{ readonly items: readonly Invalidation[] }>({
    path: invalidationsOf(distribution),
    signal,
  });
  return items;
}

export function invalidate(distribution: string, paths: readonly string[]): Promise<Invalidation> {
  return callApi({
    method: "POST",
    path: invalidationsOf(distribution),
    body: {
      CallerReference: crypto.getRandomValues(new Uint32Array(4)).join("-"),
      Paths: { Quantity: paths.length, Items: paths },
    },
  });
}

export async function readInvalidatedPaths(
  distribution: string,
  id: string,
): Promise<readonly string[]> {
  const { invalidation_batch: batch } = await callApi<{
    readonly invalidation_batch: { readonly paths: { readonly items?: readonly string[] } };
  }>({ path: `${invalidationsOf(distribution)}/${encodeURIComponent(id)}` });
  return batch.paths.items ?? [];
}

function invalidationsOf(distribution: string): string {
  return `/2020-05-31/distribution/${encodeURIComponent(distribution)}/invalidation`;
}
