/**
 * Given to a node by `NODE_OPTIONS=--import`: each of its processes writes down what it has loaded when it is told by SIGUSR2,
 * into the folder that FOOTLIGHT_TEST_MODULES names, in a file that is called by its id.
 */
import child_process from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { registerHooks, syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";
import { isMainThread } from "node:worker_threads";

export interface NotedModules {
  /** The name of the file that the process runs. */
  readonly program: string;
  /** Files by their URL, and who asked for each first. */
  readonly importers: Readonly<Record<string, string>>;
  /** What it has of Node's own, as Node names it. */
  readonly builtins: readonly string[];
  /** How many files it had loaded when it started its first process; absent where it started none. */
  readonly filesAtFork?: number;
  /** How many it had loaded when it told the one that started it that it is ready; absent where it did not. */
  readonly filesAtReady?: number;
}

const importers: Record<string, string> = {};
let filesAtFork: number | undefined;
let filesAtReady: number | undefined;

function countFiles(): number {
  return Object.keys(importers).filter((url) => url.startsWith("file:")).length;
}

if (isMainThread) {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      importers[resolved.url] ??= context.parentURL ?? "";
      return resolved;
    },
  });
  const { fork } = child_process;
  child_process.fork = ((...given: Parameters<typeof fork>) => {
    filesAtFork ??= countFiles();
    return fork(...given);
  }) as typeof fork;
  syncBuiltinESMExports();
  const told = process.send?.bind(process) as ((...given: unknown[]) => boolean) | undefined;
  if (told !== undefined) {
    process.send = (...given: unknown[]) => {
      const [message] = given as { readonly type?: string }[];
      if (message?.type === "ready") filesAtReady ??= countFiles();
      return told(...given);
    };
  }
  process.on("SIGUSR2", () => {
    const { moduleLoadList: builtins } = process as unknown as { moduleLoadList: string[] };
    const noted: NotedModules = {
      ...{ program: basename(process.argv[1] ?? ""), importers, builtins },
      ...(filesAtFork !== undefined && { filesAtFork }),
      ...(filesAtReady !== undefined && { filesAtReady }),
    };
    const file = join(process.env["FOOTLIGHT_TEST_MODULES"] ?? "", `${process.pid}`);
    writeFileSync(`${file}.draft`, JSON.stringify(noted));
    renameSync(`${file}.draft`, file);
  });
}
