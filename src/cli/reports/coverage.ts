/** What of a function's lines and branches its events have run, all of them together. */
import type { FunctionReport } from "./event-report.ts";
import { printable } from "../printable.ts";
import type { Paint } from "./text-report.ts";

export interface BranchCoverage {
  /** From 1. */
  readonly line: number;
  readonly count: number;
}

export interface FunctionCoverage {
  readonly file: string;
  /** How often each line with code was run, by its number, in order. */
  readonly lines: ReadonlyMap<number, number>;
  readonly branches: readonly BranchCoverage[];
}

/** @returns undefined where nothing was run */
export function coverageOf({ file, events }: FunctionReport): FunctionCoverage | undefined {
  const runs = events.flatMap(({ run }) => run?.coverage ?? []);
  const [first] = runs;
  if (first === undefined) return undefined;
  const hits = first.points.map((_, point) =>
    runs.reduce((sum, run) => sum + (run.hits[point] ?? 0), 0),
  );
  const lines = new Map<number, number>();
  for (const [index, { kind, line }] of first.points.entries()) {
    if (kind === "statement") lines.set(line, Math.max(lines.get(line) ?? 0, hits[index]!));
  }
  const branches = first.branches.map(({ line, point, without }) => ({
    line,
    count: hits[point]! - (without === undefined ? 0 : hits[without]!),
  }));
  return { file, lines: new Map([...lines].sort(([one], [other]) => one - other)), branches };
}

/** A line a function, and which of its lines and branches were never run. */
export function coverageText(coverages: readonly FunctionCoverage[], paint: Paint): string {
  const lines = coverages.flatMap(({ file, lines: counts, branches }) => {
    const missed = [...counts].filter(([, count]) => count === 0).map(([line]) => line);
    const untaken = branches.filter(({ count }) => count === 0).map(({ line }) => line);
    const isWhole = missed.length + untaken.length === 0;
    const ran = counts.size - missed.length;
    const taken = branches.length - untaken.length;
    return [
      `${paint(isWhole ? "green" : "yellow", printable(file))}  lines ${share(ran, counts.size)}, branches ${share(taken, branches.length)}`,
      ...(missed.length > 0 ? [`  never run: ${lineRanges(missed)}`] : []),
      ...(untaken.length > 0 ? [`  never taken: a branch in ${lineRanges(untaken)}`] : []),
    ];
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** The form that editors and CI servers read: geninfo(1), "TRACEFILE FORMAT". */
export function lcovText(coverages: readonly FunctionCoverage[]): string {
  const records = coverages.flatMap(({ file, lines, branches }) => [
    "TN:",
    `SF:${file}`,
    ...[...lines].map(([line, count]) => `DA:${line},${count}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((count) => count > 0).length}`,
    ...branches.map(({ line, count }, index) => `BRDA:${line},${index},0,${count}`),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ count }) => count > 0).length}`,
    "end_of_record",
  ]);
  return records.map((line) => `${line}\n`).join("");
}

function share(some: number, all: number): string {
  const percent = all === 0 ? 100 : Math.floor((100 * some) / all);
  return `${percent} % (${some} of ${all})`;
}

/** Like `line 3` or `lines 3, 5-7`. */
function lineRanges(numbers: readonly number[]): string {
  const lines = [...new Set(numbers)].sort((one, other) => one - other);
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  const texts = ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
  return `${lines.length === 1 ? "line" : "lines"} ${texts.join(", ")}`;
}
