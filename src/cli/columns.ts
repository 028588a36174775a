/** Text in columns, as wide as their widest cell. */
import { printable } from "./printable.ts";

/**
 * @param given cells, whoever wrote what is in them
 * @param toTheRight the columns of numbers, by their places
 */
export function inColumns(
  given: readonly (readonly string[])[],
  toTheRight: readonly number[] = [],
): string {
  const rows = given.map((row) => row.map(printable));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return toTheRight.includes(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
