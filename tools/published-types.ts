/**
 * Which declarations of `dist/` a program that imports the package can reach: those of the package's entries, and of
 * what they import. The others would be a third of the package, for nobody.
 */
import { globSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { importsOf } from "./imports-of.ts";

/** @param entries of the package, like `dist/index.d.ts`; all paths are absolute */
export function dropUnreachedTypes(dist: string, entries: readonly string[]): void {
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const path of importsOf(file)) {
      if (path.startsWith("."))
        waiting.push(resolve(dirname(file), path.replace(/(?<!\.d)\.[jt]s$/, ".d.ts")));
    }
  }
  for (const file of globSync("**/*.d.ts", { cwd: dist })) {
    if (!reached.has(resolve(dist, file))) rmSync(resolve(dist, file));
  }
}
