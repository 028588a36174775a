/**
 * A change as the bytes that the log keeps: JSON, under a format number, with the entry's revision
 * and the SHA-256 of the entry before.
 *
 * So an entry says itself where it belongs, whoever passes it on, and whoever follows a log finds
 * what was cut off, replaced or told otherwise. Format 1 had neither.
 *
 * Each kind of change has a version, which counts up when applying it comes to mean something else. A
 * change of a kind's first version is written in format 2, which says none, so that nodes of earlier
 * releases go on reading it; one of a later version in format 3, which says it, and which they refuse.
 *
 * What an earlier Footlight wrote is read forever. What a newer one wrote is refused by name:
 * to skip a fact would be to hold another state than the node that wrote it.
 */
import type { Revision } from "../log/change-log.ts";
import type { Change, Fact } from "./change.ts";
import { keyValueFactTypes } from "./key-value-facts.ts";
import { NewerChange } from "./newer-change.ts";
import type { State } from "./state.ts";

/** What changes of a kind's first version are written in. */
const firstFormat = 2;
/** What those of a later one are; the newest that is read. */
const newestFormat = 3;

/** Where an entry belongs. */
export interface Link {
  readonly revision: Revision;
  /** The SHA-256 of the entry before, in hex. */
  readonly previous: string;
}

export interface DecodedEntry {
  readonly change: Change;
  /** Absent in entries of format 1. */
  readonly link: Link | undefined;
}

/** Every fact this version can apply; one that `Fact` has and this table lacks is a compile error. */
const factTypes: Record<Fact["type"], true> = {
  "function-created": true,
  "function-updated": true,
  "function-published": true,
  "function-live-changed": true,
  "function-waves-changed": true,
  "function-rehearsed": true,
  "function-deleted": true,
  "distribution-created": true,
  "distribution-updated": true,
  "distribution-deleted": true,
  "distributions-updated": true,
  "invalidation-created": true,
  "resource-created": true,
  "resource-updated": true,
  "resource-published": true,
  "resource-live-changed": true,
  "resource-deleted": true,
  "tags-set": true,
  ...keyValueFactTypes,
  "access-key-created": true,
  "access-key-deleted": true,
  "acme-challenge-set": true,
  "acme-challenge-removed": true,
  "certificate-order-set": true,
  "certificate-order-removed": true,
  "certificate-issued": true,
  "certificate-removed": true,
  "group-held": true,
  "group-released": true,
  "stack-changed": true,
  "stack-deleted": true,
  "recorded-runs-read": true,
  "request-sent": true,
  "account-reset": true,
};

/** The newest version of each kind that has more than one: publishes count since their second, and have waves in their third. */
const newestVersions: Partial<Record<string, number>> = {
  "function-published": 3,
  "resource-published": 2,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** @param after the state that the change was decided on */
export function encodeChange(change: Change, after: Pick<State, "revision" | "head">): Uint8Array {
  const link: Link = { revision: after.revision + 1, previous: after.head };
  const version = versionOf(change);
  const entry =
    version === 1
      ? { format: firstFormat, ...link, change }
      : { format: newestFormat, version, ...link, change };
  return encoder.encode(JSON.stringify(entry));
}

function versionOf(change: Change): number {
  if (change.type !== "function-published" && change.type !== "resource-published") return 1;
  if (change.number === undefined) return 1;
  return change.type === "function-published" && change.waves !== undefined ? 3 : 2;
}

/** @throws when the bytes are no change; NewerChange, when only a newer Footlight understands it */
export function decodeChange(bytes: Uint8Array): Change {
  return decodeEntry(bytes).change;
}

/** @throws when the bytes are no change; NewerChange, when only a newer Footlight understands it */
export function decodeEntry(bytes: Uint8Array): DecodedEntry {
  const stored = parse(bytes);
  const storedFormat = member(stored, "format");
  if (typeof storedFormat !== "number") throw new Error("It is not a change of Footlight's");
  if (storedFormat > newestFormat) {
    throw new NewerChange(
      `entry of format ${storedFormat}`,
      `format ${storedFormat}, and this one reads up to format ${newestFormat}`,
    );
  }
  const change = member(stored, "change");
  const type = member(change, "type");
  if (typeof type !== "string") throw new Error("It is a change that says no type");
  if (!Object.hasOwn(factTypes, type)) throw new NewerChange(type, `a change of type "${type}"`);
  const version = storedFormat < 3 ? 1 : member(stored, "version");
  const newestVersion = newestVersions[type] ?? 1;
  if (typeof version !== "number" || version < 1 || version > newestVersion) {
    throw new NewerChange(
      `${type} in version ${String(version)}`,
      `a change of type "${type}" in version ${String(version)}`,
    );
  }
  return { change: change as Change, link: storedFormat === 1 ? undefined : readLink(stored) };
}

/** @returns where an entry of any kind and version says that it belongs; undefined where it says nothing that can be read */
export function linkOf(bytes: Uint8Array): Link | undefined {
  try {
    return readLink(parse(bytes));
  } catch {
    return undefined;
  }
}

function readLink(stored: unknown): Link {
  const revision = member(stored, "revision");
  const previous = member(stored, "previous");
  if (typeof revision === "number" && typeof previous === "string") return { revision, previous };
  throw new Error("It is a change that does not say where it belongs");
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
