/**
 * Applies an entry of the log to the state: checks that it belongs there, and folds its change in.
 *
 * Each entry names the SHA-256 of the one before. One that names another is of another history, or
 * something before it was changed, and nothing good can come of applying it.
 */
import { hash } from "node:crypto";
import type { Entry } from "../log/change-log.ts";
import { BrokenChain } from "../log/broken-chain.ts";
import { applyChange } from "./apply-change.ts";
import type { Change } from "./change.ts";
import { decodeEntry, type Link } from "./encode-change.ts";
import type { State } from "./state.ts";

/** @throws when the entry is no change, or does not fit the state; BrokenChain, when it belongs elsewhere */
export function applyEntry(state: State, entry: Entry): State {
  return followEntry(state, entry).state;
}

/**
 * @returns the state that an entry leads to, and the change that it is
 * @throws as applyEntry() does
 */
export function followEntry(
  before: State,
  entry: Entry,
): { readonly state: State; readonly change: Change } {
  const { revision, bytes } = entry;
  const { change, link } = decodeEntry(bytes);
  requireLinked(entry, link, before);
  return { state: { ...applyChange(before, change, revision), head: headOf(bytes) }, change };
}

/**
 * @param after where the entries before it ended; one that is farther ahead cannot be told
 * @throws BrokenChain, when it is of another history
 */
export function requireLinked(
  { revision }: Entry,
  link: Link | undefined,
  after: Pick<State, "revision" | "head">,
): void {
  if (link !== undefined && link.revision !== revision) {
    throw new BrokenChain(`It says that it is change ${link.revision}`);
  }
  const isNext = revision === after.revision + 1;
  if (isNext && link !== undefined && link.previous !== after.head) {
    throw new BrokenChain(
      `It follows on an entry with SHA-256 ${link.previous}, and the one before it here has ${after.head}: ` +
        "the log was changed, or is another one. A backup has it whole: footlight restore",
    );
  }
}

/** @returns what the entry that comes after this one must name */
export function headOf(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}
