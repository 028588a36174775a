/** Lines of a plan, in the color of what becomes of each. */
import { styleText } from "node:util";
import { printableLines } from "../printable.ts";

export function printLines(lines: readonly string[], color: string): void {
  const isColored = color === "always" || (color === "auto" && process.stdout.isTTY);
  for (const line of lines.map(printableLines)) {
    process.stdout.write(`${isColored ? inColor(line) : line}\n`);
  }
}

/** Lines of a function's code stand six characters in. */
function inColor(line: string): string {
  const sign = line.startsWith("      ") ? line[6] : line[0];
  if (sign === "+") return colored("green", line);
  if (sign === "-") return colored("red", line);
  return sign === "~" || sign === "±" ? colored("yellow", line) : line;
}

/** Whether there is a terminal was asked before. */
function colored(how: "green" | "red" | "yellow", line: string): string {
  return styleText(how, line, { validateStream: false });
}
