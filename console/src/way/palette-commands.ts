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

/**
 * Asks every source, and waits for none: `onMore` is told what has come, in the order of the sources, whenever one has
 * answered. Those of a source that fails are left out.
 *
 * @returns whether none has failed, when all have answered
 */
export async function gatherCommands(
  onMore: (commands: readonly PaletteCommand[]) => void,
): Promise<boolean> {
  const lists: (readonly PaletteCommand[])[] = [];
  let isWhole = true;
  await Promise.all(
    [...added.values()].map(async (source, place) => {
      lists[place] = await source().catch(() => {
        isWhole = false;
        return [];
      });
      onMore(lists.flat());
    }),
  );
  return isWhole;
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
