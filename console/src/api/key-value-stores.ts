/** The calls on key value stores: which there are, and their pairs. */
import { percentEncode } from "../base/percent-encode.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { callApi } from "./call-api.ts";
import { PagedList } from "./paged-list.ts";

const stores = "/2020-05-31/key-value-store";

export interface StoreEntry {
  readonly name: string;
  readonly arn: string;
  readonly comment: string;
  readonly status: string;
  readonly last_modified_time: string;
}

const list = new PagedList<StoreEntry>(stores);

/** @returns the same array as before where nothing has changed */
export function listStores(signal?: AbortSignal): Promise<readonly StoreEntry[]> {
  return list.read(signal);
}

export async function createStore(
  name: string,
  comment: string,
  signal: AbortSignal,
): Promise<void> {
  const body = { Name: name, ...(comment !== "" && { Comment: comment }) };
  await callApi({ method: "POST", path: stores, body, signal });
}

/** Of one that no function reads, with all that it holds. */
export async function deleteStore(name: string): Promise<void> {
  const path = `${stores}/${percentEncode(name)}`;
  const { etag } = await callApi<{ readonly etag: string }>({ path });
  await callApi({ method: "DELETE", path, ifMatch: etag });
}

export function readStore(name: string, signal?: AbortSignal): Promise<StoreEntry> {
  return callApi({ path: `${stores}/${percentEncode(name)}`, signal });
}

/** What a store holds, and the ETag that a write must match. */
export interface StoreContent {
  readonly etag: string;
  readonly item_count: number;
  readonly total_size_in_bytes: number;
}

export function readContent(arn: string, signal?: AbortSignal): Promise<StoreContent> {
  return callApi({ path: pairsOf(arn), signal });
}

export interface Pair {
  readonly key: string;
  readonly value: string;
}

export interface PairsPage {
  readonly items: readonly Pair[];
  readonly next_token?: string;
}

/** As many as the API gives and takes at once. */
export const pairsAtOnce = 50;

/** In the order of keys. @param token of the page before */
export function listPairs(
  arn: string,
  token: string | undefined,
  signal?: AbortSignal,
): Promise<PairsPage> {
  const query = { MaxResults: String(pairsAtOnce), NextToken: token };
  return callApi({ path: `${pairsOf(arn)}/keys`, query, signal });
}

/** @returns undefined where there is no such key */
export async function readValue(
  arn: string,
  key: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const { value } = await callApi<{ readonly value: string }>({
      path: `${pairsOf(arn)}/keys/${percentEncode(key)}`,
      signal,
    });
    return value;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return undefined;
    throw error;
  }
}

/** Puts and deletes up to 50 keys, all or none. */
export function changePairs(
  arn: string,
  {
    puts = [],
    deletes = [],
  }: { readonly puts?: readonly Pair[]; readonly deletes?: readonly string[] },
  etag: string,
  signal?: AbortSignal,
): Promise<StoreContent> {
  const body = {
    puts: puts.map(({ key, value }) => ({ key, value })),
    deletes: deletes.map((key) => ({ key })),
  };
  return callApi({ method: "POST", path: `${pairsOf(arn)}/keys`, body, ifMatch: etag, signal });
}

function pairsOf(arn: string): string {
  return `/key-value-stores/${percentEncode(arn)}`;
}
