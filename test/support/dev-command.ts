/** `footlight dev` on a folder, as a person starts it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { freePort } from "./free-port.ts";
import { whenProcessEnds } from "./leftovers.ts";
import { printedBy } from "./printed-by.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

export interface DevCommand {
  readonly process: ChildProcess;
  /** All that it has printed. */
  readonly printed: () => string;
  /** Waits until what was printed since the last call matches. @returns what was printed since then */
  readonly prints: (pattern: RegExp) => Promise<string>;
  readonly edge: string;
  readonly api: string;
  /** Ends it as Ctrl-C does. @returns its exit code */
  readonly stop: () => Promise<number | null>;
}

/** @param given other ports than free ones that it can have again, where one edge takes another's place */
export async function startDev(folder: string, given?: readonly string[]): Promise<DevCommand> {
  const args = given ?? [
    ...["--edge-port", String(await freePort())],
    ...["--api-port", String(await freePort())],
  ];
  const child = spawn(process.execPath, [bin, "dev", folder, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: folder,
  });
  whenProcessEnds(() => void child.kill("SIGKILL"));
  const { text, until } = printedBy(child);
  let from = 0;
  const prints = async (pattern: RegExp): Promise<string> => {
    await until(pattern, from);
    const since = text().slice(from);
    from += since.length;
    return since;
  };
  await prints(/curl --include \S+\n/);
  return {
    process: child,
    printed: text,
    prints,
    edge: /curl --include (\S+)\/\n/.exec(text())![1]!,
    api: /API {2}(\S+)/.exec(text())![1]!,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGINT");
        await once(child, "exit");
      }
      return child.exitCode;
    },
  };
}

export function save(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** As editors do that never have a half-written file. */
export function saveByRename(folder: string, name: string, text: string): void {
  save(folder, `${name}.tmp`, text);
  renameSync(join(folder, `${name}.tmp`), join(folder, name));
}
