/** Reads what a node has written to the folder of a bucket. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** @returns the files' texts, of the folder and those below it, by their paths in it */
export function logFiles(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return Object.fromEntries(
    names.filter((name) => name.endsWith(".gz")).map((name) => [name, textOf(join(folder, name))]),
  );
}

/** @returns the lines of all files, without headers */
export function logLines(folder: string): readonly string[] {
  return Object.values(logFiles(folder))
    .flatMap((text) => text.trimEnd().split("\n"))
    .filter((line) => !line.startsWith("#") && line !== "");
}

/** A file that has just been begun is empty. */
function textOf(path: string): string {
  const bytes = readFileSync(path);
  return bytes.length === 0 ? "" : gunzipSync(bytes).toString();
}

/** The same one by one, where all of them would be much to hold. */
export function* eachLogLine(folder: string): Generator<string> {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".gz")) continue;
    for (const line of textOf(join(folder, name)).split("\n")) {
      if (line !== "" && !line.startsWith("#")) yield line;
    }
  }
}
