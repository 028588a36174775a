/**
 * Given to a node by `NODE_OPTIONS=--import`: each of its processes writes down what it has loaded when it is told by SIGUSR2,
 * into the folder that FOOTLIGHT_TEST_MODULES names, in a file that is called by its id.
 */
import { renameSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { basename, join } from "node:path";
import { isMainThread } from "node:worker_threads";

export interface NotedModules {
  /** The name of the file that the process runs. */
  readonly program: string;
  /** Files by their URL, and who asked for each first. */
  readonly importers: Readonly<Record<string, string>>;
  /** What it has of Node's own, as Node names it. */
  readonly builtins: readonly string[];
}

const importers: Record<string, string> = {};

if (isMainThread) {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      importers[resolved.url] ??= context.parentURL ?? "";
      return resolved;
    },
  });
  process.on("SIGUSR2", () => {
    const { moduleLoadList: builtins } = process as unknown as { moduleLoadList: string[] };
    const noted: NotedModules = { program: basename(process.argv[1] ?? ""), importers, builtins };
    const file = join(process.env["FOOTLIGHT_TEST_MODULES"] ?? "", `${process.pid}`);
    writeFileSync(`${file}.draft`, JSON.stringify(noted));
    renameSync(`${file}.draft`, file);
  });
}
