/**
 * A CloudFront key value store: what the CloudFront API knows of it, and its pairs, which the
 * data API `cloudfront-keyvaluestore` changes and functions read.
 *
 * It has two versions, one for each API, and neither moves the other.
 */
import type { Map } from "immutable";
import { buildArn } from "./arn.ts";
import { etagOf } from "./etag.ts";

export interface KeyValueStore {
  /** A lower-case UUID; the data API and functions know the store by it. */
  readonly id: string;
  /** The CloudFront API knows the store by it. */
  readonly name: string;
  /** Absent when it was created without one: answers then leave the member out, even empty. */
  readonly comment?: string;
  /** Counts the changes of the comment from 1: the ETag in the CloudFront API. */
  readonly version: number;
  /** Counts the writes of pairs from 1: the ETag in the data API. */
  readonly dataVersion: number;
  /** Times are ISO 8601, UTC, with milliseconds. */
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  readonly dataModifiedTime: string;
  /** Persistent, so a write costs the same with ten pairs as with ten thousand. */
  readonly pairs: Map<string, string>;
  /** The bytes of all keys and values, in UTF-8. */
  readonly sizeBytes: number;
}

/** A key and its value. */
export type KeyValuePair = readonly [key: string, value: string];

/** @returns the bytes that a pair takes of a store, in UTF-8 */
export function pairSizeBytes(key: string, value: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

/** The store's ETag in the data API: the same encoding as in the CloudFront API, behind "KV". */
export function dataEtag({ dataVersion }: KeyValueStore): string {
  return `KV${etagOf(dataVersion).slice(1)}`;
}

export function keyValueStoreArn(account: string, id: string): string {
  return buildArn(account, "key-value-store", id);
}

/** @returns the id in a store's ARN, in lower case, or undefined when it is not one of this account */
export function keyValueStoreIdOfArn(arn: string, account: string): string | undefined {
  const prefix = buildArn(account, "key-value-store", "");
  const id = arn.startsWith(prefix) ? arn.slice(prefix.length).toLowerCase() : "";
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined;
}
