/**
 * Draws a flowchart that is a ladder: steps below each other, joined by `-->`, and beside each of them what it may
 * end in, by `-.->`.
 */
import { arrow, boxAt, heightOf, picture, textAt, widthOf } from "./svg.ts";

interface Exit {
  readonly text: string;
  readonly label: string;
}

interface Rung {
  readonly text: string;
  /** On the way to the next one. */
  below: string;
  readonly exits: Exit[];
}

const margin = 10;
const gap = 30;

/** @throws Error, which names the line that is none of a ladder */
export function drawLadder(lines: readonly string[], label: string): string {
  const rungs = readRungs(lines);
  const stepWidth = Math.max(...rungs.map(({ text }) => widthOf(text))) + 28;
  const exits = rungs.flatMap((rung) => rung.exits);
  const labelWidth = Math.max(0, ...exits.map((exit) => widthOf(exit.label))) + 30;
  const exitWidth = Math.max(0, ...exits.map(({ text }) => widthOf(text))) + 24;
  const exitX = margin + stepWidth + labelWidth;
  const middle = margin + stepWidth / 2;
  let y = margin;
  let parts = "";
  rungs.forEach(({ text, below, exits: ends }, index) => {
    const heights = ends.map((exit) =>
      Math.max(heightOf(exit.text) + 14, heightOf(exit.label) + 22),
    );
    const all = heights.reduce((sum, height) => sum + height + 8, 0);
    const height = Math.max(heightOf(text) + 18, all - 8);
    parts += boxAt(text, { x: margin, y, width: stepWidth, height }, "step");
    let exitY = y + (height - (all - 8)) / 2;
    ends.forEach((exit, at) => {
      const exitHeight = heights[at]!;
      const line = exitY + exitHeight / 2;
      const box = { x: exitX, y: exitY, width: exitWidth, height: exitHeight };
      parts += boxAt(exit.text, box, "exit");
      parts += arrow([margin + stepWidth, line], [exitX, line], true);
      const from = margin + stepWidth + 12;
      if (exit.label !== "")
        parts += textAt(exit.label, from, line - heightOf(exit.label) - 4, "start");
      exitY += exitHeight + 8;
    });
    y += height;
    if (index === rungs.length - 1) return;
    parts += arrow([middle, y], [middle, y + gap]);
    if (below !== "") parts += textAt(below, middle + 8, y + 5, "start");
    y += gap;
  });
  const width = exits.length === 0 ? stepWidth + 2 * margin : exitX + exitWidth + margin;
  return picture(width, y + margin, label, parts);
}

const node = String.raw`(\w+)(?:\["([^"]*)"\]|\{"([^"]*)"\})?`;
const edge = new RegExp(String.raw`^${node}\s*(-->|-\.->)(?:\|([^|]*)\|)?\s*${node}$`);

function readRungs(lines: readonly string[]): Rung[] {
  const rungs = new Map<string, Rung>();
  const texts = new Map<string, string>();
  for (const line of lines) {
    const found = edge.exec(line);
    if (found === null) throw new Error(`"${line}" joins no two steps`);
    const [, from = "", box, question, kind, label = "", to = "", toBox, toQuestion] = found;
    for (const [name, text] of [
      [from, box ?? question],
      [to, toBox ?? toQuestion],
    ] as const) {
      if (text !== undefined) texts.set(name, text);
    }
    const rung = rungOf(from, texts, rungs);
    if (kind === "-.->") rung.exits.push({ text: texts.get(to) ?? to, label });
    else {
      if ([...rungs.keys()].at(-1) !== from) throw new Error(`"${line}" leaves the ladder`);
      rung.below = label;
      rungOf(to, texts, rungs);
    }
  }
  return [...rungs.values()];
}

function rungOf(name: string, texts: ReadonlyMap<string, string>, rungs: Map<string, Rung>): Rung {
  const known = rungs.get(name);
  if (known !== undefined) return known;
  const rung: Rung = { text: texts.get(name) ?? name, below: "", exits: [] };
  rungs.set(name, rung);
  return rung;
}
