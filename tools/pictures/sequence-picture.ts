/** Draws a sequence diagram: who is part of it in columns, and what passes between them from top to bottom. */
import { arrow, boxAt, heightOf, picture, textAt, widthOf } from "./svg.ts";

type Row =
  | {
      readonly kind: "message";
      readonly from: number;
      readonly to: number;
      readonly text: string;
      readonly isDashed: boolean;
    }
  | { readonly kind: "note"; readonly over: number; readonly text: string }
  | { readonly kind: "begin" | "else"; readonly text: string }
  | { readonly kind: "end" };

const margin = 10;
const selfWidth = 40;

/** @throws Error, which names the line that is not understood */
export function drawSequence(lines: readonly string[], label: string): string {
  const { names, rows } = readRows(lines);
  const columns = placeColumns(names, rows);
  const depth = depthOf(rows);
  const width = Math.ceil(columns.end + margin + depth * 8);
  const headHeight = Math.max(...names.map(heightOf)) + 16;
  let y = margin + headHeight + 14;
  let parts = "";
  const begun: number[] = [];
  const inset = (): number => 4 + (begun.length - 1) * 8;
  for (const row of rows) {
    if (row.kind === "message") {
      const [from, to] = [columns.at[row.from]!, columns.at[row.to]!];
      if (from === to) {
        parts += textAt(row.text, from + selfWidth + 8, y, "start");
        const low = y + Math.max(heightOf(row.text), 16);
        parts += `<path d="M ${from} ${y + 4} h ${selfWidth} V ${low}"/>${arrow([from + selfWidth, low], [from, low])}`;
        y = low + 14;
        continue;
      }
      parts += textAt(row.text, (from + to) / 2, y);
      y += heightOf(row.text) + 5;
      parts += arrow([from, y], [to, y], row.isDashed);
      y += 13;
    } else if (row.kind === "note") {
      const noteWidth = widthOf(row.text) + 20;
      const box = { y, width: noteWidth, height: heightOf(row.text) + 10 };
      parts += boxAt(row.text, { ...box, x: columns.at[row.over]! - noteWidth / 2 }, "note");
      y += box.height + 12;
    } else if (row.kind === "begin") {
      begun.push(y);
      parts += textAt(row.text, inset() + 8, y + 2, "start");
      y += heightOf(row.text) + 14;
    } else if (row.kind === "else") {
      const left = inset();
      parts += `<line class="dashed" x1="${left}" y1="${y}" x2="${width - left}" y2="${y}"/>`;
      parts += textAt(row.text, left + 8, y + 4, "start");
      y += heightOf(row.text) + 16;
    } else {
      const left = inset();
      const top = begun.pop()!;
      parts += `<rect class="part" x="${left}" y="${top}" width="${width - 2 * left}" height="${y - top}" rx="6"/>`;
      y += 12;
    }
  }
  const lifelines = columns.at
    .map((x) => `<line class="life" x1="${x}" y1="${margin + headHeight}" x2="${x}" y2="${y}"/>`)
    .join("");
  const heads = names
    .map((name, index) => {
      const headWidth = widthOf(name) + 24;
      const x = columns.at[index]! - headWidth / 2;
      return boxAt(name, { x, y: margin, width: headWidth, height: headHeight }, "who");
    })
    .join("");
  return picture(width, y + margin, label, lifelines + heads + parts);
}

/** Wide enough for each text between two columns, and around one. */
function placeColumns(
  names: readonly string[],
  rows: readonly Row[],
): { readonly at: readonly number[]; readonly end: number } {
  const around = names.map((name) => (widthOf(name) + 24) / 2);
  const gaps = names.map((_, index) => (around[index] ?? 0) + (around[index + 1] ?? 0) + 16);
  for (const row of rows) {
    if (row.kind !== "note") continue;
    const half = (widthOf(row.text) + 20) / 2;
    around[row.over] = Math.max(around[row.over]!, half);
    // A note may lie over a line beside it, but not over another head.
    for (const beside of [row.over - 1, row.over]) {
      if (beside >= 0) gaps[beside] = Math.max(gaps[beside]!, half + 8);
    }
  }
  const spans = rows
    .filter((row) => row.kind === "message")
    .sort((one, other) => Math.abs(one.from - one.to) - Math.abs(other.from - other.to));
  for (const { from, to, text } of spans) {
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    const last = left === right ? left : right - 1;
    const need = widthOf(text) + (left === right ? selfWidth + 16 : 28);
    const there = gaps.slice(left, last + 1).reduce((sum, gap) => sum + gap, 0);
    gaps[last] = gaps[last]! + Math.max(0, need - there);
    if (left === right && left === names.length - 1) around[left] = Math.max(around[left]!, need);
  }
  const at: number[] = [];
  let x = margin + 8 * depthOf(rows) + around[0]!;
  for (const gap of gaps) {
    at.push(Math.round(x));
    x += gap;
  }
  return { at, end: at.at(-1)! + around.at(-1)! };
}

function depthOf(rows: readonly Row[]): number {
  let depth = 0;
  let deepest = 0;
  for (const { kind } of rows) {
    if (kind === "begin") deepest = Math.max(deepest, (depth += 1));
    if (kind === "end") depth -= 1;
  }
  return deepest;
}

function readRows(lines: readonly string[]): { readonly names: string[]; readonly rows: Row[] } {
  const names: string[] = [];
  const ids: string[] = [];
  const rows: Row[] = [];
  const find = (id: string, line: string): number => {
    const index = ids.indexOf(id);
    if (index < 0) throw new Error(`"${line}" names ${id}, who is no participant`);
    return index;
  };
  for (const line of lines) {
    const who = /^participant (\w+) as (.+)$/.exec(line);
    const message = /^(\w+?)(-?)->>(\w+): (.+)$/.exec(line);
    const note = /^Note over (\w+): (.+)$/.exec(line);
    const part = /^(loop|alt|else)(?: (.+))?$/.exec(line);
    if (who !== null) {
      ids.push(who[1]!);
      names.push(who[2]!);
    } else if (message !== null) {
      const [, from = "", dash = "", to = "", text = ""] = message;
      const isDashed = dash !== "";
      rows.push({ kind: "message", from: find(from, line), to: find(to, line), text, isDashed });
    } else if (note !== null)
      rows.push({ kind: "note", over: find(note[1]!, line), text: note[2]! });
    else if (part !== null) {
      const [, word = "", text = ""] = part;
      const told = word === "loop" ? text : `where ${text}`;
      rows.push({ kind: word === "else" ? "else" : "begin", text: told });
    } else if (line === "end") rows.push({ kind: "end" });
    else throw new Error(`"${line}" is no line of a sequence diagram that is drawn here`);
  }
  return { names, rows };
}
