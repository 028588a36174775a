/**
 * Applies an entry of the log to the state: checks that it belongs there, and folds its change in.
 *
 * Each entry names the SHA-256 of the one before. One that names another is of another history, or
 * something before it was changed, and nothing good can come of applying it.
 */
import { hash } from "node:crypto";
import type { Entry } from "../log/change-log.ts";
import { applyChange } from "./apply-change.ts";
import { decodeEntry } from "./encode-change.ts";
import type { State } from "./state.ts";

/** @throws when the entry is no change, belongs elsewhere, or does not fit the state */
export function applyEntry(state: State, { revision, bytes }: Entry): State {
  const { change, link } = decodeEntry(bytes);
  if (link !== undefined && link.revision !== revision) {
    throw new Error(`It says that it is change ${link.revision}`);
  }
  const isNext = revision === state.revision + 1;
  if (isNext && link !== undefined && link.previous !== state.head) {
    throw new Error(
      `It follows on an entry with SHA-256 ${link.previous}, and the one before it here has ${state.head}: ` +
        "the log was changed, or is another one. A backup has it whole: footlight restore",
    );
  }
  return { ...applyChange(state, change, revision), head: headOf(bytes) };
}

/** @returns what the entry that comes after this one must name */
export function headOf(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}
