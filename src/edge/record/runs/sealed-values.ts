/**
 * Values of recorded runs that are kept sealed, so that a rerun can have them: AES-256-GCM under keys that follow from
 * one which the node makes when it starts and never tells, one key for each function and hour.
 *
 * What stands for a value holds the hash that it would have otherwise, the hour, and the sealed value. Who is given the keys of the last hours can open
 * what was recorded in them, and nothing older.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { hiddenValue, type HiddenKind } from "../../../runtime/hidden-values.ts";

/** What such a value begins with. */
export const sealedMark = "sealed-";

const hourMs = 3_600_000;
const ivLength = 12;
const tagLength = 16;
/** Keys that are remembered: functions that are recorded, in this hour and the last. */
const keysMax = 512;

const sealedValues = /sealed-(header|cookie|query)-([\w-]{22})\.([0-9a-z]{1,8})\.([\w-]+)/g;

/** @param at milliseconds since the epoch; @returns hours since the epoch */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs);
}

/** @param root 32 bytes; @returns what seals a function's values in an hour */
export function sealingKey(root: Uint8Array, name: string, hour: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", root, "", `recorded runs\0${name}\0${hour}`, 32));
}

export interface ValueToSeal {
  readonly kind: HiddenKind;
  /** The function's name. */
  readonly name: string;
  readonly value: string;
  /** Of the value: 22 characters. */
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class ValueSealer {
  readonly #root: Uint8Array;
  readonly #keys = new Map<string, Uint8Array>();

  constructor(root: Uint8Array) {
    this.#root = root;
  }

  seal({ kind, name, value, hash, at }: ValueToSeal): string {
    const hour = hourOf(at);
    const iv = randomBytes(ivLength);
    const cipher = createCipheriv("aes-256-gcm", this.#keyOf(name, hour), iv);
    cipher.setAAD(Buffer.from(`${kind}-${hash}`));
    const bytes = [iv, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()];
    return `${sealedMark}${kind}-${hash}.${hour.toString(36)}.${Buffer.concat(bytes).toString("base64url")}`;
  }

  #keyOf(name: string, hour: number): Uint8Array {
    const id = `${name} ${hour}`;
    let key = this.#keys.get(id);
    if (key === undefined) {
      if (this.#keys.size >= keysMax) this.#keys.clear();
      key = sealingKey(this.#root, name, hour);
      this.#keys.set(id, key);
    }
    return key;
  }
}

/** A function's keys, by hour. */
export type SealingKeys = ReadonlyMap<number, Uint8Array>;

export interface OpenedText {
  /** The text with values where sealed ones stood that could be opened, and hashes where they could not. */
  readonly text: string;
  /** The values. */
  readonly values: readonly string[];
}

/** @param text JSON, in whose strings sealed values stand */
export function openSealed(text: string, keys: SealingKeys): OpenedText {
  const values: string[] = [];
  const opened = text.replace(
    sealedValues,
    (_, kind: HiddenKind, hash: string, hour: string, data: string) => {
      const key = keys.get(parseInt(hour, 36));
      const value = key && open(key, `${kind}-${hash}`, Buffer.from(data, "base64url"));
      if (value === undefined) return hiddenValue(kind, hash);
      values.push(value);
      return JSON.stringify(value).slice(1, -1);
    },
  );
  return { text: opened, values };
}

/** @returns undefined where it was not sealed with this key, as what a viewer has sent like that */
function open(key: Uint8Array, about: string, bytes: Buffer): string | undefined {
  if (bytes.length < ivLength + tagLength) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivLength));
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    const sealed = bytes.subarray(ivLength, -tagLength);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
