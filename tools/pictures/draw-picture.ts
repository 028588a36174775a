/**
 * Draws what pages have in Mermaid's language, of which it knows a part: sequence diagrams, and flowcharts that are
 * ladders. GitHub draws the same blocks by itself, and as text they can be read.
 */
import { drawLadder } from "./ladder-picture.ts";
import { drawSequence } from "./sequence-picture.ts";

/**
 * @returns HTML
 * @throws Error, which says what can't be drawn
 */
export function drawPicture(source: string): string {
  const [kind, ...lines] = source
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const label = lines.join(". ").replaceAll(/<br ?\/?>/g, " ");
  if (kind === "sequenceDiagram") return drawSequence(lines, label);
  if (kind === "flowchart TD") return drawLadder(lines, label);
  throw new Error(`Pictures are sequenceDiagram or flowchart TD; "${kind}" is neither`);
}
