/**
 * Whether a log that others keep is still the one that a node has seen: told from where the node stands,
 * its revision and the hash of the entry there, and from the entries that it kept for itself.
 *
 * Each entry names the hash of the one before, so two logs that agree on one entry agree on all before it.
 */
import type { Revision } from "./change-log.ts";
import type { LogTroubleKind } from "./log-failure.ts";

/** How far somebody is: the SHA-256 of the entry at a revision, in hex. */
export interface LogPosition {
  readonly revision: Revision;
  readonly hash: string;
}

export interface LogTrouble {
  readonly kind: LogTroubleKind;
  /** In words that say what to do. */
  readonly says: string;
  /** Where the log ends; undefined when it is not there. */
  readonly last: Revision | undefined;
}

/** What there is to ask of the log. */
export interface AskedLog {
  readonly id: string;
  lastRevision(): Promise<Revision>;
  firstRevision(): Promise<Revision>;
  findHash(revision: Revision): Promise<string | undefined>;
  findFirstAfterHole(): Promise<Revision | undefined>;
}

/** What a node has of it. */
export interface KnownLog {
  /** Undefined when it is not known any more. */
  readonly id: string | undefined;
  readonly position: LogPosition;
  /** @returns the SHA-256 of an entry, in hex; undefined when it has it not */
  findHash(revision: Revision): Promise<string | undefined>;
}

const kept = "Nothing is appended, and this node goes on with what it has";
const repair =
  "Bring back what it lost from a node's own copy: footlight log repair LOG --from FOLDER, the node's data folder";
const decide =
  "Decide which of the two is right: footlight log copy can move either to another --log-prefix; " +
  "nodes that are to go on with the log's start with another --data";

/** @returns undefined when the log goes on where the node is, or has dropped what lies before that */
export async function findTrouble(log: AskedLog, known: KnownLog): Promise<LogTrouble | undefined> {
  const { revision } = known.position;
  const last = await log.lastRevision();
  if (revision === 0) return undefined;
  const trouble = (kind: LogTroubleKind, says: string): LogTrouble => ({ kind, says, last });
  const isSame = log.id === known.id;
  if (last === 0) {
    return isSame
      ? trouble("behind", endsBefore(last, revision))
      : trouble("remade", `The change log was deleted and made anew, empty. ${kept}. ${repair}`);
  }
  const first = await log.firstRevision();
  const hole = await log.findFirstAfterHole();
  if (hole !== undefined) {
    const what = hole > last ? `all entries up to ${last}` : `the entries before revision ${hole}`;
    const says = `The change log lacks ${what}: they were purged, or its files were cut off`;
    return trouble("purged", `${says}. ${kept}. ${repair}`);
  }
  const common = Math.min(revision, last);
  if (common < first) {
    // What comes next names the hash of what is here; farther back, nothing there can be compared.
    if (isSame || common === first - 1) return undefined;
    const says = `The change log begins with revision ${first} and is another one than this node knows, which is at ${revision}`;
    return trouble("dropped", `${says}. ${kept}. ${decide}`);
  }
  const theirs = await log.findHash(common);
  const ours = common === revision ? known.position.hash : await known.findHash(common);
  if (theirs === undefined) {
    const says = `The change log lacks the entry at revision ${common}`;
    return trouble("purged", `${says}. ${kept}. ${repair}`);
  }
  if (ours === undefined ? isSame : ours === theirs) {
    return last < revision ? trouble("behind", endsBefore(last, revision)) : undefined;
  }
  const parting = await findParting(log, known, { first, common });
  const where = `differs from what this node has ${parting}`;
  return isSame
    ? trouble(
        "diverged",
        `The change log ${where}: an old backup of it was restored, and went on otherwise. ${kept}. ${decide}`,
      )
    : trouble(
        "remade",
        `The change log was deleted and made anew, or is another one: it ${where}. ${kept}. ${decide}`,
      );
}

/** @param says how an entry does not go on from what this node has */
export function brokenTrouble(says: string, last: Revision): LogTrouble {
  return { kind: "diverged", says: `${says}. ${kept}. ${decide}`, last };
}

export function deletedTrouble(): LogTrouble {
  return {
    kind: "deleted",
    says: `The change log was deleted. ${kept}. ${repair}`,
    last: undefined,
  };
}

function endsBefore(last: Revision, revision: Revision): string {
  return (
    `The change log ends at revision ${last}, and this node has revision ${revision}: an old backup of it was restored, ` +
    `or its end was cut off. ${kept}. ${repair}`
  );
}

/** Halving, because logs that agree on one entry agree on all before it. */
async function findParting(
  log: Pick<AskedLog, "findHash">,
  known: KnownLog,
  { first, common }: { readonly first: Revision; readonly common: Revision },
): Promise<string> {
  let [before, differing] = [first - 1, common];
  let isAgreed = first === 1;
  while (differing - before > 1) {
    const middle = Math.floor((before + differing) / 2);
    const [theirs, ours] = [await log.findHash(middle), await known.findHash(middle)];
    if (theirs !== undefined && ours !== undefined && theirs !== ours) {
      differing = middle;
      continue;
    }
    // What this node has not kept cannot be told from here.
    [before, isAgreed] = [middle, theirs !== undefined && theirs === ours];
  }
  if (!isAgreed) return `at revision ${differing} or before`;
  return `from revision ${differing} on`;
}
