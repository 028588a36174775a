/** Packages that only rivals need: they are fetched into bench/rivals/packages when one is first asked for. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Bench } from "../bench.ts";

const home = resolve(import.meta.dirname, "packages");

/**
 * @param name a package, or a file of one
 * @returns its file, or why there is none
 */
export function fetchedPackage(
  { tell }: Bench,
  name: string,
): { readonly file: string } | { readonly missing: string } {
  if (!existsSync(join(home, "node_modules"))) {
    tell("fetching what rivals need into bench/rivals/packages");
    // workerd's script would only look for what is looked for here.
    const install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    const { status, stderr } = spawnSync("npm", install, { cwd: home });
    if (status !== 0) return { missing: `npm cannot fetch it: ${stderr?.toString().trim()}` };
  }
  try {
    return { file: createRequire(join(home, "package.json")).resolve(name) };
  } catch {
    return {
      missing: `there is no ${name} in bench/rivals/packages/node_modules: remove that and run the bench again`,
    };
  }
}
