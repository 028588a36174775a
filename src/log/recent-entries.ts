/** The newest entries of a log, as long as they fit: who follows is rarely behind by more. */
import type { Revision } from "./change-log.ts";

export interface RecentEntry {
  readonly bytes: Uint8Array;
  /** In hex. */
  readonly sha256: string;
}

export class RecentEntries {
  readonly #maxBytes: number;
  /** In the order they came in; a gap is where one was not heard of. */
  readonly #entries = new Map<Revision, RecentEntry>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(revision: Revision, entry: RecentEntry): void {
    if (this.#entries.has(revision)) return;
    this.#entries.set(revision, entry);
    this.#bytes += entry.bytes.length;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }

  find(revision: Revision): RecentEntry | undefined {
    return this.#entries.get(revision);
  }
}
