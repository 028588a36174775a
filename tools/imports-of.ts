import { readFileSync } from "node:fs";

const pattern =
  /^\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

/** What a file imports, as a statement or by calling `import()`, and as types alone too. */
export function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3]!);
}
