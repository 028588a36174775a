/**
 * The copies of functions that were LIVE once, so that one of them can be LIVE again.
 *
 * A copy is told by two entries of the log: the one that saved its code, and the one that published
 * it. Compaction keeps both aside for the last copies of each function, so whether an entry is still
 * in its place or was kept aside makes no difference here.
 */
import type { ChangeLog, Entry, Revision } from "../log/change-log.ts";
import { DamagedLog } from "../log/log-failure.ts";
import { codeSha256, type FunctionCopy } from "../model/function.ts";
import type { Change } from "./change.ts";
import { decodeChange, decodeEntry } from "./encode-change.ts";

const entriesARead = 50;

/** Where a copy is told. */
interface CopyPlace {
  readonly saved: Revision;
  readonly published: Revision;
}

/** Is told all changes of a log in their order, and knows each function's last published copies. */
export class PublishedCopies {
  readonly #limit: number;
  /** By name: what DEVELOPMENT holds. */
  readonly #saved = new Map<string, Revision>();
  /** By name, oldest first. */
  readonly #published = new Map<string, readonly CopyPlace[]>();

  /** @param limit how many copies of each function to remember */
  constructor(limit: number) {
    this.#limit = limit;
  }

  note(revision: Revision, change: Change): void {
    const { type } = change;
    if (type === "function-created" || type === "function-updated") {
      this.#saved.set(change.name, revision);
    } else if (type === "function-published") {
      this.#publish(change.name, revision);
    } else if (type === "function-deleted") {
      this.#saved.delete(change.name);
      this.#published.delete(change.name);
    } else if (type === "account-reset") {
      this.#saved.clear();
      this.#published.clear();
    }
  }

  /** @returns newest first */
  of(name: string): readonly CopyPlace[] {
    return (this.#published.get(name) ?? []).toReversed();
  }

  /** @returns the entries that tell the copies, and those that tell what may be published next */
  revisions(): Set<Revision> {
    const places = [...this.#published.values()].flat();
    return new Set([
      ...this.#saved.values(),
      ...places.flatMap(({ saved, published }) => [saved, published]),
    ]);
  }

  #publish(name: string, published: Revision): void {
    const saved = this.#saved.get(name);
    if (saved === undefined) return;
    const earlier = (this.#published.get(name) ?? []).filter((place) => place.saved !== saved);
    const places = [...earlier, { saved, published }];
    this.#published.set(name, places.slice(Math.max(0, places.length - this.#limit)));
  }
}

/**
 * Tells all that there is to read. Others get their turn in between.
 *
 * @param read the `readKept` of a log, or its `read`
 * @throws DamagedLog
 */
export async function noteAll(
  copies: PublishedCopies,
  read: (after: Revision, limit: number) => Promise<readonly Entry[]>,
): Promise<void> {
  let position = 0;
  for (;;) {
    const entries = await read(position, entriesARead);
    if (entries.length === 0) return;
    for (const entry of entries) copies.note(entry.revision, changeOf(entry));
    position = entries.at(-1)!.revision;
    await new Promise(setImmediate);
  }
}

/**
 * Checksums are of what entries say, and not of where they stand.
 *
 * @throws DamagedLog, when an entry stands elsewhere than it says
 */
function changeOf({ revision, bytes }: Entry): Change {
  const { change, link } = decodeEntry(bytes);
  if (link !== undefined && link.revision !== revision) {
    const how = `it says that it is change ${link.revision}`;
    throw new DamagedLog(`Entry ${revision} of the change log`, how, revision);
  }
  return change;
}

export interface PublishedCopy extends Pick<FunctionCopy, "config" | "code"> {
  /** Of the change that published it last. */
  readonly revision: Revision;
  readonly publishedTime: string;
  /** Unknown where the log, when it was written, did not say it. */
  readonly version: number | undefined;
  /** Of the code's bytes, in hex. */
  readonly sha256: string;
}

/**
 * @returns the copies of a function that were published, newest first; the first is LIVE
 * @throws DamagedLog
 */
export async function findPublishedCopies(
  log: ChangeLog,
  name: string,
  limit: number = Infinity,
): Promise<PublishedCopy[]> {
  const copies = new PublishedCopies(limit);
  await noteAll(copies, (after, count) => log.readKept(after, count));
  await noteAll(copies, (after, count) => log.read(after, count));
  const first = await log.firstRevision();
  const readOne = async (revision: Revision): Promise<Change> => {
    const [entry] = await (revision < first
      ? log.readKept(revision - 1, 1)
      : log.read(revision - 1, 1));
    return decodeChange(entry!.bytes);
  };
  const found = copies.of(name).map(async (place): Promise<PublishedCopy> => {
    const saved = await readOne(place.saved);
    const published = await readOne(place.published);
    if (!("code" in saved) || published.type !== "function-published") {
      throw new Error(`Revisions ${place.saved} and ${place.published} tell no copy of "${name}"`);
    }
    const { config, code } = saved;
    return {
      revision: place.published,
      publishedTime: published.at,
      version: published.version ?? (saved.type === "function-created" ? 1 : saved.version),
      sha256: codeSha256({ code }),
      config,
      code,
    };
  });
  return Promise.all(found);
}
