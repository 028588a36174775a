/** What a rehearsal found, with what of it is expected: by a file beside the function, which lists differences by their shapes. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { replaceFile } from "../../base/write-whole.ts";
import type { RehearsalReport } from "../../node/rehearsal/start-rehearsal.ts";

export type JudgedGroup = RehearsalReport["groups"][number] & {
  /** The same for the same difference, each time. */
  readonly id: string;
  readonly isExpected: boolean;
};

export interface JudgedReport extends Omit<RehearsalReport, "groups"> {
  readonly function: string;
  /** Where the runs were from, in two or three words. */
  readonly source: string;
  /** What the source's events have not. */
  readonly lacks: readonly string[];
  readonly groups: readonly JudgedGroup[];
  /** Differences that nobody has accepted. */
  readonly unexpected: number;
}

/** What a report is of. */
export type ReportSubject = Pick<JudgedReport, "function" | "source" | "lacks">;

export function judgeReport(
  subject: ReportSubject,
  report: RehearsalReport,
  expected: ReadonlySet<string>,
): JudgedReport {
  const groups = report.groups.map((group) => ({
    ...group,
    id: createHash("sha256").update(group.shape).digest("hex").slice(0, 8),
    isExpected: expected.has(group.shape),
  }));
  const unexpected = groups.filter(({ isExpected }) => !isExpected).length;
  return { ...subject, ...report, groups, unexpected };
}

/** @returns the shapes; none where there is no such file @throws Error, when it is none of expectations */
export function readExpectations(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  const read = readJson(file);
  const expected = (read as { readonly expected?: unknown } | null)?.expected;
  if (Array.isArray(expected) && expected.every((shape) => typeof shape === "string")) {
    return new Set<string>(expected);
  }
  throw new Error(`${file} is no file of expectations: {"expected": ["+ header x-a"]}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Adds differences to the file.
 *
 * @param which `all`, or ids with commas between
 * @throws Error, when there is no difference with an id
 */
export function acceptDifferences(file: string, { groups }: JudgedReport, which: string): void {
  const ids = which.split(",");
  const unknown =
    which === "all" ? undefined : ids.find((id) => !groups.some((group) => group.id === id));
  if (unknown !== undefined) throw new Error(`--accept: there is no difference ${unknown}`);
  const more = groups
    .filter(({ id }) => which === "all" || ids.includes(id))
    .map(({ shape }) => shape);
  const expected = [...new Set([...readExpectations(file), ...more])].sort();
  replaceFile(file, `${JSON.stringify({ expected }, undefined, 2)}\n`);
}
