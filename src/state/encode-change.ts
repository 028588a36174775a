/**
 * A change as the bytes that the log keeps: JSON, under a format number.
 *
 * What an earlier Footlight wrote is read forever. What a newer one wrote is refused by name:
 * to skip a fact would be to hold another state than the node that wrote it.
 */
import type { Change, Fact } from "./change.ts";
import { keyValueFactTypes } from "./key-value-facts.ts";

const format = 1;

/** Every fact this version can apply; one that `Fact` has and this table lacks is a compile error. */
const factTypes: Record<Fact["type"], true> = {
  "function-created": true,
  "function-updated": true,
  "function-published": true,
  "function-deleted": true,
  "distribution-created": true,
  "distribution-updated": true,
  "distribution-deleted": true,
  "distributions-updated": true,
  "invalidation-created": true,
  "resource-created": true,
  "resource-updated": true,
  "resource-published": true,
  "resource-deleted": true,
  "tags-set": true,
  ...keyValueFactTypes,
  "access-key-created": true,
  "access-key-deleted": true,
  "account-reset": true,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function encodeChange(change: Change): Uint8Array {
  return encoder.encode(JSON.stringify({ format, change }));
}

/** @throws when the bytes are no change, or one that only a newer Footlight understands */
export function decodeChange(bytes: Uint8Array): Change {
  const stored = parse(bytes);
  const storedFormat = member(stored, "format");
  if (typeof storedFormat !== "number") throw new Error("It is not a change of Footlight's");
  if (storedFormat > format) {
    throw writtenByNewer(`format ${storedFormat}, and this one reads up to format ${format}`);
  }
  const change = member(stored, "change");
  const type = member(change, "type");
  if (typeof type !== "string") throw new Error("It is a change that says no type");
  if (!Object.hasOwn(factTypes, type)) throw writtenByNewer(`a change of type "${type}"`);
  return change as Change;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new Error("It is not JSON, so not a change of Footlight's", { cause: error });
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[name];
}

function writtenByNewer(what: string): Error {
  return new Error(
    `The log was written by a newer Footlight: ${what}. Start that version, or a later one`,
  );
}
