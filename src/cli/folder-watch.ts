/**
 * Tells that something below folders has changed, whatever way it was saved: written in place, or by another file that is moved
 * into its place; one file or many at once; folders that come, go and are renamed.
 *
 * The system tells of each folder by itself, and what it tells is only taken as a reason to look again: who is told reads all anew. What
 * it does not tell, as on network drives and in containers, is found a second later by looking.
 */
import { readdirSync, statSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";

/** How long nothing more must happen before it is told, in milliseconds: a save is several events. */
const quietMs = 8;
/** How long it is at most put off. */
const patienceMs = 60;
/** How often it is looked at without being told to; less often where looking takes long. */
const lookEveryMs = 1000;
/** Folders that are watched at once: a machine has so many watches only, and the rest is found by looking. */
const watchedMax = 1000;

/** @param paths what has changed, or what it is in */
export type OnChanged = (paths: readonly string[]) => void;

export class FolderWatch {
  readonly #onChanged: OnChanged;
  readonly #skips: (path: string) => boolean;
  readonly #lookMs: number;
  readonly #watchers = new Map<string, FSWatcher>();
  #roots: readonly string[] = [];
  #seen = new Map<string, string>();
  #changed = new Set<string>();
  #quiet: NodeJS.Timeout | undefined;
  #firstAt: number | undefined;
  #look: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param skips folders that are not looked into, beside hidden ones and node_modules
   * @param lookMs how often it is looked at without being told to
   */
  constructor(
    onChanged: OnChanged,
    skips: (path: string) => boolean = () => false,
    lookMs = lookEveryMs,
  ) {
    this.#onChanged = onChanged;
    this.#skips = skips;
    this.#lookMs = lookMs;
  }

  /** Watches these folders from now on, and no others. */
  watch(roots: readonly string[]): void {
    this.#roots = roots;
    this.#seen = this.#survey();
    this.#lookLater();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#quiet);
    clearTimeout(this.#look);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #note(folder: string): void {
    if (this.#closed) return;
    this.#changed.add(folder);
    this.#firstAt ??= performance.now();
    clearTimeout(this.#quiet);
    const left = this.#firstAt + patienceMs - performance.now();
    this.#quiet = setTimeout(() => this.#tell(), Math.max(0, Math.min(quietMs, left)));
  }

  #tell(): void {
    this.#firstAt = undefined;
    const folders = [...this.#changed];
    this.#changed = new Set();
    // Before anybody reads: what changes while they do is told again.
    this.#seen = this.#survey();
    this.#onChanged(folders);
  }

  #lookLater(afterMs = this.#lookMs): void {
    clearTimeout(this.#look);
    this.#look = setTimeout(() => {
      const startedAt = performance.now();
      const before = this.#seen;
      const now = this.#survey();
      this.#seen = now;
      const differing = [...before.keys(), ...now.keys()].find(
        (path) => before.get(path) !== now.get(path),
      );
      if (differing !== undefined) this.#note(differing);
      this.#lookLater(Math.max(this.#lookMs, 20 * (performance.now() - startedAt)));
    }, afterMs).unref();
  }

  /** Looks at all there is, and watches the folders that are there now. */
  #survey(): Map<string, string> {
    const seen = new Map<string, string>();
    const folders = new Set<string>();
    for (const root of this.#roots) this.#lookInto(root, seen, folders);
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.#watchers.size >= watchedMax) break;
      if (!this.#watchers.has(folder)) this.#watchFolder(folder);
    }
    return seen;
  }

  #lookInto(folder: string, seen: Map<string, string>, folders: Set<string>): void {
    if (folders.has(folder)) return;
    let entries;
    try {
      seen.set(folder, markOfFolder(folder));
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return;
    }
    folders.add(folder);
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!this.#skips(path)) this.#lookInto(path, seen, folders);
        continue;
      }
      seen.set(path, markOf(path));
    }
    if (seen.get(folder) !== this.#seen.get(folder)) {
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
    }
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        const isHidden = name !== null && (name.startsWith(".") || name === "node_modules");
        if (!isHidden) this.#note(join(folder, name ?? ""));
      });
      watcher.on("error", () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch {
      // It is gone, or there are no more watches: looking finds what happens there.
    }
  }
}

/**
 * What is another one for another folder of the same name, which is to be watched anew. A folder that is removed and made again is
 * likely to get its number back, so that alone does not tell.
 */
function markOfFolder(path: string): string {
  const { ino, birthtimeMs } = statSync(path);
  return `${ino} ${birthtimeMs}`;
}

/** What becomes another with each save; empty for what can't be told: a file that is gone, or a link that leads to itself. */
function markOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return "";
  }
}
