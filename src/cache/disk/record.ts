/**
 * What the index says of a key, in bytes: a checksum, a stamp that no other record of the index
 * has, and its variants as JSON. The whole key stands in it, and is compared.
 */
import { crc32 } from "node:zlib";
import type { StoredMeta } from "../store.ts";

/** A response as the index knows it. */
export interface KeptVariant {
  /** 48 random bits: its body's name. */
  readonly id: number;
  /** Of the body, in bytes. */
  readonly length: number;
  /** Whether the body is a file of its own, or else stands in the index. */
  readonly isFile: boolean;
  /** Of the body in the index, or of the checksums behind the body in its file; begun with the id. */
  readonly sum: number;
  readonly meta: StoredMeta;
}

export interface KeptRecord {
  readonly key: string;
  /** Newest first. */
  readonly variants: readonly KeptVariant[];
}

/** What stands before the JSON: the checksum and the stamp. */
const headBytes = 4 + 8;

export function encodeRecord({ key, variants }: KeptRecord, stamp: number): Buffer {
  const text = JSON.stringify([
    key,
    variants.map(({ id, length, isFile, sum, meta }) => [id, length, isFile ? 1 : 0, sum, meta]),
  ]);
  const bytes = Buffer.allocUnsafe(headBytes + Buffer.byteLength(text));
  bytes.writeDoubleLE(stamp, 4);
  bytes.write(text, headBytes, "utf8");
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** @returns the stamp of a record that was read before, whose checksum was right then */
export function stampOf(bytes: Uint8Array): number {
  if (bytes.length < headBytes) return Number.NaN;
  return Buffer.from(bytes.buffer, bytes.byteOffset, headBytes).readDoubleLE(4);
}

/** @returns undefined when it is damaged */
export function decodeRecord(bytes: Uint8Array): KeptRecord | undefined {
  // LMDB's buffers have a length of their own, which views of them don't know.
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.length < headBytes || view.readUInt32LE(0) !== crc32(view.subarray(4))) {
    return undefined;
  }
  const [key, variants] = JSON.parse(view.toString("utf8", headBytes)) as [
    string,
    [number, number, 0 | 1, number, StoredMeta][],
  ];
  return {
    key,
    variants: variants.map(([id, length, isFile, sum, meta]) => ({
      id,
      length,
      isFile: isFile === 1,
      sum,
      meta,
    })),
  };
}
