/**
 * What a node tells of a function's versions, as the commands on them read it.
 *
 * A function is given by its name; a connection function as `connection-function/NAME`, since both may be called the same.
 */
import type { ApiAddress } from "./ask-api.ts";
import { getFromApi, postToApi } from "./call-api.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ToldVersion {
  readonly version: number;
  readonly etag: string;
  readonly published_at: string;
  /** Absent of what was published before versions were kept. */
  readonly published_by?: string;
  readonly message?: string;
  readonly had_all: boolean;
  readonly bad?: { readonly at: string; readonly by: string; readonly message?: string };
  readonly comment?: string;
  readonly size_bytes: number;
  readonly sha256: string;
}

export interface ToldVersions {
  /** What rolling back wants in If-Match. */
  readonly etag: string;
  readonly development: {
    readonly etag: string;
    readonly modified_at: string;
    readonly is_published: boolean;
    readonly sha256: string;
  };
  /** Absent of a function that was never published. */
  readonly live?: {
    readonly version: number;
    readonly shares: readonly { readonly version: number; readonly share: number }[];
    readonly reason: string;
    readonly at: string;
    readonly by?: string;
    readonly message?: string;
  };
  readonly goes_back_to?: number;
  /** Newest first. */
  readonly items: readonly ToldVersion[];
}

export interface ToldCode {
  readonly version: string;
  readonly comment?: string;
  readonly runtime: string;
  readonly key_value_stores: readonly string[];
  /** In base64. */
  readonly code: string;
}

/** @throws as getFromApi does */
export async function readVersions(
  address: ApiAddress,
  name: string,
  environment: Environment,
): Promise<ToldVersions> {
  return (await getFromApi(address, `${pathOf(name)}/versions`, {}, environment)) as ToldVersions;
}

/**
 * @param version a number, LIVE or DEVELOPMENT
 * @throws as getFromApi does
 */
export async function readCode(
  address: ApiAddress,
  { name, version }: { readonly name: string; readonly version: string },
  environment: Environment,
): Promise<ToldCode> {
  const path = `${pathOf(name)}/versions/${encodeURIComponent(version)}`;
  return (await getFromApi(address, path, {}, environment)) as ToldCode;
}

/** What is done to a function, if it is still what it was. */
export interface VersionOrder {
  readonly name: string;
  readonly action: "publish" | "rollback";
  readonly ifMatch: string;
  readonly body: object;
}

/** @throws as getFromApi does */
export async function changeVersions(
  address: ApiAddress,
  { name, action, ifMatch, body }: VersionOrder,
  environment: Environment,
): Promise<ToldVersions> {
  const path = `${pathOf(name)}/${action}`;
  return (await postToApi(address, path, body, environment, ifMatch)) as ToldVersions;
}

const ofConnections = "connection-function/";

export function isOfConnections(name: string): boolean {
  return name.startsWith(ofConnections);
}

/** @returns the name by which `GET /footlight/v1/changes` knows it among all resources */
export function resourceOf(name: string): string {
  return isOfConnections(name) ? name : `function/${name}`;
}

function pathOf(name: string): string {
  return isOfConnections(name)
    ? `/footlight/v1/connection-functions/${encodeURIComponent(name.slice(ofConnections.length))}`
    : `/footlight/v1/functions/${encodeURIComponent(name)}`;
}
