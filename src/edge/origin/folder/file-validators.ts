/** What tells one version of a file from another: its ETag and Last-Modified (RFC 9110 §8.8). */
import type { BigIntStats } from "node:fs";

/**
 * File systems count time in steps of some milliseconds: what was changed this short a time ago, in ms,
 * may change again and keep its times.
 */
const unsettledMs = 100;

let unsettledCount = 0;

/**
 * A change of content, size or times makes another ETag. One of a file that may yet change unnoticed is
 * given once and never again, so nothing that is kept by it is confirmed.
 *
 * @param now in milliseconds since the epoch
 */
export function etagOf({ size, mtimeNs, ctimeNs }: BigIntStats, now: number): string {
  const parts = [size, mtimeNs, ctimeNs];
  const latest = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  if (Math.abs(now - latest) < unsettledMs) {
    unsettledCount += 1;
    parts.push(BigInt(Math.round(now)), BigInt(process.pid), BigInt(unsettledCount));
  }
  return `"${parts.map((part) => part.toString(36)).join("-")}"`;
}

/** A time to come is none that anything was changed at (RFC 9110 §8.8.2.1). */
export function lastModifiedOf({ mtimeMs }: BigIntStats, now: number): string {
  return new Date(Math.min(Number(mtimeMs), now)).toUTCString();
}

/** Whether the content may be another than when the file was looked at first. */
export function wasWritten(before: BigIntStats, after: BigIntStats): boolean {
  return before.size !== after.size || before.mtimeNs !== after.mtimeNs;
}
