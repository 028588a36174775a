/** What the palette can do: the views, and what each view adds while it is open. */
import { Store } from "../base/store.ts";
import type { IconName } from "../base/icon-paths.ts";

export interface PaletteCommand {
  readonly id: string;
  readonly label: string;
  /** What it is of, like "Function". */
  readonly group: string;
  readonly icon: IconName;
  /** Keys that do the same, like "Ctrl S". */
  readonly keys?: string;
  readonly run: () => void;
}

/** By who has added them. */
const added = new Map<string, () => Promise<readonly PaletteCommand[]>>();

export const isPaletteOpen = new Store(false);

export function openPalette(): void {
  isPaletteOpen.set(true);
}

/**
 * @param source called whenever the palette opens
 * @returns what takes them away
 */
export function addCommands(
  owner: string,
  source: () => Promise<readonly PaletteCommand[]>,
): () => void {
  added.set(owner, source);
  return () => {
    if (added.get(owner) === source) added.delete(owner);
  };
}

/** Those of a source that fails are left out. */
export async function allCommands(): Promise<readonly PaletteCommand[]> {
  const lists = await Promise.all(
    [...added.values()].map((source) => source().catch((): PaletteCommand[] => [])),
  );
  return lists.flat();
}

/**
 * @returns those whose words begin with the words of the search, in any order; best first
 */
export function findCommands(
  commands: readonly PaletteCommand[],
  search: string,
): readonly PaletteCommand[] {
  const wanted = search
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => ({ word, begins: new RegExp(`(^|[^\\p{L}\\d])${RegExp.escape(word)}`, "u") }));
  const scored = commands.flatMap((command) => {
    const label = command.label.toLowerCase();
    const text = `${label} ${command.group.toLowerCase()}`;
    let score = 0;
    for (const { word, begins } of wanted) {
      if (!text.includes(word)) return [];
      if (label.startsWith(word)) score += 4;
      else score += begins.test(text) ? 2 : 1;
    }
    return [{ command, score }];
  });
  return scored.sort((one, other) => other.score - one.score).map(({ command }) => command);
}
