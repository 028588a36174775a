/**
 * Which functions were changed since viewers were served by what is served now, so that a publish is not paid for by
 * a look at all of them: with ten thousand that takes longer than all else that it is.
 */
import type { Revision } from "../log/change-log.ts";
import type { Change } from "../state/change.ts";

export class TouchedFunctions {
  /** By name: the last change. */
  readonly #touched = new Map<string, Revision>();
  /** The last change that may have touched any of them; 0 where there is none. */
  #allTouchedAt: Revision = 0;

  note(change: Change, revision: Revision): void {
    if (change.type === "account-reset") this.noteAll(revision);
    else if (change.type.startsWith("function-") && "name" in change) {
      this.#touched.set(change.name, revision);
    }
  }

  /** To be called where the changes in between are not known. */
  noteAll(revision: Revision): void {
    this.#allTouchedAt = revision;
  }

  /**
   * To be called when the state at that revision is served.
   *
   * @returns the names of all that are touched since it was last called, some perhaps later than that revision: those
   *   are told of again; undefined where it may be any
   */
  take(revision: Revision): readonly string[] | undefined {
    const isAny = this.#allTouchedAt > 0;
    const names = [...this.#touched.keys()];
    for (const [name, at] of this.#touched) if (at <= revision) this.#touched.delete(name);
    if (this.#allTouchedAt <= revision) this.#allTouchedAt = 0;
    return isAny ? undefined : names;
  }
}
