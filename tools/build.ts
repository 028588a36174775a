/**
 * Makes what the published package has and a clone runs without: `dist/`, the JavaScript, as Node strips no types
 * below node_modules; and `console/dist/`.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { dropUnreachedTypes } from "./published-types.ts";

const root = resolve(import.meta.dirname, "..");
rmSync(join(root, "dist"), { recursive: true, force: true });
const compiler = join(root, "node_modules/typescript/bin/tsc");
for (const args of [
  [compiler, "-p", "tsconfig.build.json"],
  [join(import.meta.dirname, "build-console.ts")],
]) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
dropUnreachedTypes(
  join(root, "dist"),
  ["index", "testing"].map((entry) => join(root, "dist", `${entry}.d.ts`)),
);
