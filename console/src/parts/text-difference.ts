/** Two texts line by line: what is only in one, with some lines around it. */
import { structuredPatch } from "diff";

export type DifferenceLine =
  | {
      readonly kind: "same" | "added" | "removed";
      readonly before: number | undefined;
      readonly after: number | undefined;
      readonly text: string;
    }
  /** Lines that are left out. */
  | { readonly kind: "gap"; readonly count: number };

/** @param context lines around what differs */
export function textDifference(
  before: string,
  after: string,
  context = 3,
): readonly DifferenceLine[] {
  const lines: DifferenceLine[] = [];
  const { hunks } = structuredPatch("", "", before, after, "", "", { context });
  let next = 1;
  for (const { oldStart, newStart, lines: changed } of hunks) {
    if (oldStart > next) lines.push({ kind: "gap", count: oldStart - next });
    let [old, fresh] = [oldStart, newStart];
    for (const line of changed) {
      const text = line.slice(1);
      if (line.startsWith("+")) {
        lines.push({ kind: "added", before: undefined, after: fresh, text });
        fresh += 1;
      } else if (line.startsWith("-")) {
        lines.push({ kind: "removed", before: old, after: undefined, text });
        old += 1;
      } else if (line.startsWith(" ")) {
        lines.push({ kind: "same", before: old, after: fresh, text });
        old += 1;
        fresh += 1;
      }
    }
    next = old;
  }
  return lines;
}
