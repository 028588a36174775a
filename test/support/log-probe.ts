/** Writing to a log and watching it, in texts: what the contract of change logs is told in. */
import type { ChangeLog, Entry, Revision } from "../../src/log/change-log.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Appends `count` entries "WRITER1", "WRITER2" …, trying again whenever someone else was first.
 * Writer "e" goes on counting where the log ends.
 */
export async function appendAll(log: ChangeLog, writer: string, count: number): Promise<void> {
  let last = await log.lastRevision();
  const start = writer === "e" ? last : 0;
  for (let done = 0; done < count;) {
    const revision = await log.append(bytes(`${writer}${start + done + 1}`), last);
    if (revision !== undefined) done += 1;
    last = revision ?? (await log.lastRevision());
  }
}

export interface Following {
  readonly revisions: Revision[];
  readonly texts: string[];
  /** Resolves when that revision has been delivered. */
  until(revision: Revision): Promise<void>;
}

export function following(log: ChangeLog, after: Revision): Following {
  const seen: Entry[] = [];
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  let noticed = (): void => {};
  log.follow(
    after,
    (entry) => {
      seen.push(entry);
      noticed();
    },
    reject,
  );
  return {
    get revisions() {
      return seen.map((entry) => entry.revision);
    },
    get texts() {
      return texts(seen);
    },
    until(revision) {
      const reached = new Promise<void>((resolve) => {
        noticed = () => {
          if ((seen.at(-1)?.revision ?? after) >= revision) resolve();
        };
        noticed();
      });
      return Promise.race([reached, failed]);
    },
  };
}

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function texts(entries: readonly Entry[]): string[] {
  return entries.map(({ revision, bytes: content }) => `${revision} ${decoder.decode(content)}`);
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

export function sequence(writer: string, count: number): string[] {
  return range(1, count).map((index) => `${writer}${index}`);
}
