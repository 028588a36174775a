/** A publish in waves over a node's API, as the command line does it. */
import assert from "node:assert/strict";

export interface ToldWaves {
  readonly etag: string;
  readonly on?: {
    readonly version: number;
    readonly wave: number;
    readonly paused?: object;
    readonly counted?: Readonly<Record<"new" | "old", { readonly requests: number }>>;
  };
  readonly ended?: {
    readonly how: string;
    readonly at: string;
    readonly breach?: { readonly gate: string };
  };
}

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: { readonly code: string; readonly message: string };
}

/** @throws when the call is refused */
export async function callFunction<Data>(
  api: string,
  path: string,
  { ifMatch, body }: { readonly ifMatch?: string; readonly body?: object } = {},
): Promise<Data> {
  const response = await fetch(`${api}/footlight/v1/functions/${path}`, {
    method: ifMatch === undefined ? "GET" : "POST",
    headers: { accept: "application/json", ...(ifMatch !== undefined && { "if-match": ifMatch }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { data, error } = (await response.json()) as Answer<Data>;
  assert.ok(data, `${path}: ${error?.code} ${error?.message}`);
  return data;
}

export function readWaves(api: string, name: string): Promise<ToldWaves> {
  return callFunction(api, `${name}/waves`);
}

/** @param more of the body, like gates */
export async function publishInWaves(
  api: string,
  name: string,
  waves: string,
  more: object = {},
): Promise<void> {
  const { development } = await callFunction<{ readonly development: { readonly etag: string } }>(
    api,
    `${name}/versions`,
  );
  await callFunction(api, `${name}/publish`, {
    ifMatch: development.etag,
    body: { waves, ...more },
  });
}

/** Tells the waves that are on to pause, resume, finish or abort. */
export async function changeWaves(api: string, name: string, verb: string): Promise<void> {
  const { etag } = await readWaves(api, name);
  await callFunction(api, `${name}/waves/${verb}`, { ifMatch: etag, body: {} });
}
