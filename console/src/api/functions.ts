/** The calls on functions: AWS's, and Footlight's own. */
import { decodeBase64, encodeBase64 } from "../base/base64.ts";
import { callApi } from "./call-api.ts";
import { PagedList } from "./paged-list.ts";
import { signedInKey } from "./signed-in-key.ts";

export type RuntimeName = "cloudfront-js-1.0" | "cloudfront-js-2.0";

interface ListedFunction {
  readonly name: string;
  readonly status: string;
  readonly function_config: {
    readonly comment: string;
    readonly runtime: RuntimeName;
    readonly key_value_store_associations?: {
      readonly items?: readonly { readonly key_value_store_arn: string }[];
    };
  };
  readonly function_metadata: {
    readonly stage: "DEVELOPMENT" | "LIVE";
    readonly last_modified_time: string;
  };
}

/** Both stages of a function, as a list shows them. */
export interface FunctionEntry {
  readonly name: string;
  readonly comment: string;
  readonly runtime: RuntimeName;
  /** Of DEVELOPMENT. */
  readonly modifiedAt: string;
  readonly isPublished: boolean;
  /** Whether DEVELOPMENT holds what LIVE does not. */
  readonly isAhead: boolean;
  /** Like DEPLOYED: whether distributions use it, and have it. */
  readonly status: string;
  /** ARNs of those that either stage reads. */
  readonly keyValueStores: readonly string[];
}

/** The list as it came last. */
let recent: { readonly at: number; readonly functions: readonly FunctionEntry[] } | undefined;
const recentMs = 60_000;
// Another key may see less.
signedInKey.watch(() => {
  recent = undefined;
});

/** For who wants names and not their standing: as they came within the last minute, or now. */
export async function recentFunctions(): Promise<readonly FunctionEntry[]> {
  if (recent !== undefined && performance.now() - recent.at < recentMs) return recent.functions;
  return listFunctions();
}

const list = new PagedList<ListedFunction>("/2020-05-31/function");
/** What was made of the list as it came last. */
let made:
  | { readonly of: readonly ListedFunction[]; readonly functions: readonly FunctionEntry[] }
  | undefined;

/** @returns the same array as before where nothing has changed */
export async function listFunctions(signal?: AbortSignal): Promise<readonly FunctionEntry[]> {
  const listed = await list.read(signal);
  if (made?.of !== listed) made = { of: listed, functions: entriesOf(listed) };
  recent = { at: performance.now(), functions: made.functions };
  return made.functions;
}

function entriesOf(listed: readonly ListedFunction[]): readonly FunctionEntry[] {
  const live = new Map(
    listed
      .filter(({ function_metadata: metadata }) => metadata.stage === "LIVE")
      .map((each) => [each.name, each]),
  );
  return listed
    .filter(({ function_metadata: metadata }) => metadata.stage === "DEVELOPMENT")
    .map((development) => {
      const published = live.get(development.name);
      return {
        name: development.name,
        comment: development.function_config.comment,
        runtime: development.function_config.runtime,
        modifiedAt: development.function_metadata.last_modified_time,
        isPublished: published !== undefined,
        isAhead: development.status === "UNPUBLISHED",
        status: (published ?? development).status,
        keyValueStores: [...new Set([...storesOf(development), ...storesOf(published)])],
      };
    });
}

function storesOf(listed: ListedFunction | undefined): readonly string[] {
  const associations = listed?.function_config.key_value_store_associations?.items ?? [];
  return associations.map(({ key_value_store_arn: arn }) => arn);
}

export interface FunctionCode {
  /** A number, or DEVELOPMENT. */
  readonly version: string;
  readonly etag: string;
  readonly comment: string;
  readonly runtime: RuntimeName;
  readonly key_value_stores: readonly string[];
  readonly size_bytes: number;
  readonly source: string;
}

export async function readArn(name: string, signal?: AbortSignal): Promise<string> {
  const path = `${awss(name)}/describe`;
  const { function_metadata: metadata } = await callApi<{
    readonly function_metadata: { readonly function_arn: string };
  }>({ path, signal });
  return metadata.function_arn;
}

/** @param version a number, LIVE or DEVELOPMENT */
export async function readCode(
  name: string,
  version: string,
  signal?: AbortSignal,
): Promise<FunctionCode> {
  const path = `${ours(name)}/versions/${version}`;
  const data = await callApi<FunctionCode & { readonly code: string }>({ path, signal });
  return { ...data, source: decodeBase64(data.code) };
}

export interface Version {
  readonly version: number;
  readonly etag: string;
  readonly published_at: string;
  readonly published_by?: string;
  readonly message?: string;
  readonly had_all: boolean;
  readonly bad?: { readonly at: string; readonly by: string; readonly message?: string };
  readonly size_bytes: number;
  readonly sha256: string;
}

export interface Versions {
  readonly id: string;
  /** Of what serves viewers. */
  readonly etag: string;
  readonly development: {
    readonly etag: string;
    readonly modified_at: string;
    readonly is_published: boolean;
    readonly sha256: string;
  };
  readonly live?: {
    readonly version: number;
    readonly shares: readonly { readonly version: number; readonly share: number }[];
    readonly reason: "published" | "rolled-back" | "shared" | "waves";
    readonly at: string;
    readonly by?: string;
    readonly message?: string;
  };
  readonly goes_back_to?: number;
  /** Newest first. */
  readonly items: readonly Version[];
}

export function readVersions(name: string, signal?: AbortSignal): Promise<Versions> {
  return callApi({ path: `${ours(name)}/versions`, signal });
}

export interface FunctionSettings {
  readonly comment: string;
  readonly runtime: RuntimeName;
  /** ARNs; at most one. */
  readonly keyValueStores: readonly string[];
}

/** @returns the ETag of what was made */
export async function createFunction(
  name: string,
  settings: FunctionSettings,
  source: string,
  signal: AbortSignal,
): Promise<string> {
  const body = { Name: name, ...codeBody(settings, source) };
  const path = "/2020-05-31/function";
  return (await callApi<{ etag: string }>({ method: "POST", path, body, signal })).etag;
}

/** @returns the ETag of what was saved */
export async function saveFunction(
  name: string,
  settings: FunctionSettings,
  source: string,
  ifMatch: string,
): Promise<string> {
  const body = codeBody(settings, source);
  return (await callApi<{ etag: string }>({ method: "PUT", path: awss(name), body, ifMatch })).etag;
}

export async function deleteFunction(name: string, ifMatch: string): Promise<void> {
  await callApi({ method: "DELETE", path: awss(name), ifMatch });
}

function codeBody({ comment, runtime, keyValueStores }: FunctionSettings, source: string): object {
  return {
    FunctionConfig: {
      Comment: comment,
      Runtime: runtime,
      ...(keyValueStores.length > 0 && {
        KeyValueStoreAssociations: {
          Quantity: keyValueStores.length,
          Items: keyValueStores.map((arn) => ({ KeyValueStoreARN: arn })),
        },
      }),
    },
    FunctionCode: encodeBase64(source),
  };
}

export interface PublishOptions {
  readonly message: string;
  /** Like "canary 5m, 100%"; empty for all at once. */
  readonly waves: string;
  readonly gates: readonly string[];
  readonly minRequests: number;
}

export const gateNames = ["errors", "status", "utilization", "origin"] as const;

export function publishFunction(
  name: string,
  { message, waves, gates, minRequests }: PublishOptions,
  ifMatch: string,
  signal: AbortSignal,
): Promise<Versions> {
  const body = {
    ...(message !== "" && { message }),
    ...(waves !== "" && { waves, gates, min_requests: minRequests }),
  };
  return callApi({ method: "POST", path: `${ours(name)}/publish`, body, ifMatch, signal });
}

/** @param to undefined for the version that had all traffic last and is not bad */
export function rollBack(
  name: string,
  { to, message }: { readonly to?: number; readonly message: string },
  ifMatch: string,
  signal: AbortSignal,
): Promise<Versions> {
  const body = { ...(to !== undefined && { to }), ...(message !== "" && { message }) };
  return callApi({ method: "POST", path: `${ours(name)}/rollback`, body, ifMatch, signal });
}

export function ours(name: string): string {
  return `/footlight/v1/functions/${encodeURIComponent(name)}`;
}

function awss(name: string): string {
  return `/2020-05-31/function/${encodeURIComponent(name)}`;
}
