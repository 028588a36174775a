/**
 * Whether files are still the ones that this process has open. Who deletes or replaces an open file
 * leaves its writer with one that nobody will ever find again.
 */
import { statSync } from "node:fs";

export class FileIdentity {
  readonly #known: ReadonlyMap<string, string>;

  /** @param files that exist now */
  constructor(files: readonly string[]) {
    this.#known = new Map(files.map((file) => [file, identityOf(file)]));
  }

  /** @returns the first that is no longer the same; some microseconds, so it can be asked at each write */
  findMissing(): string | undefined {
    for (const [file, identity] of this.#known) {
      if (identityOf(file) !== identity) return file;
    }
    return undefined;
  }
}

/** @returns "" when there is no such file, or it cannot be looked at */
function identityOf(file: string): string {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? "" : `${stats.dev}:${stats.ino}`;
  } catch {
    return "";
  }
}
