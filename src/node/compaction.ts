/**
 * Has the node's change log compacted when it is due, at the start and once an hour: looking whether
 * it is costs one row, and what there is to do then is a process of its own.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import type { JetStreamOptions } from "../log/jetstream-options.ts";
import { isCompactionDue, type Retention } from "../state/compact-log.ts";
import { secretKeyVariable } from "./secret-key.ts";

/** What the process is told, as JSON in its environment. */
export interface CompactionSettings {
  /** The log's address. */
  readonly log: string;
  /** For a log in NATS. */
  readonly jetStream: JetStreamOptions;
  readonly account: string;
  readonly retention: Retention;
  readonly logLevel: string;
}

export const compactionVariable = "FOOTLIGHT_COMPACTION_SETTINGS";

const everyMs = 60 * 60 * 1000;

const file = fileURLToPath(
  new URL(`compaction-process${extname(import.meta.url)}`, import.meta.url),
);

/** @returns what ends it, and a compaction that runs: the log is whole at any moment */
export function startCompaction(
  log: ChangeLog,
  settings: CompactionSettings,
  logger: Logger,
): () => Promise<void> {
  // What is in this process's memory no other one reaches, and it ends with it.
  if (settings.log === "memory:") return async () => {};
  let running: ChildProcess | undefined;

  const runWhenDue = async (): Promise<void> => {
    if (running !== undefined) return;
    try {
      if (!(await isCompactionDue(log, settings.retention, new Date()))) return;
    } catch (err) {
      // The oldest entry is damaged, or the disk is gone: whoever needs the log is told, too.
      logger.error({ err }, "the change log could not be compacted");
      return;
    }
    running = fork(file, [], {
      execArgv: [],
      env: {
        ...process.env,
        [compactionVariable]: JSON.stringify(settings),
        [secretKeyVariable]: undefined,
      },
    });
    running.once("exit", () => (running = undefined));
  };

  const timer = setInterval(() => void runWhenDue(), everyMs).unref();
  void runWhenDue();
  return async () => {
    clearInterval(timer);
    if (running === undefined) return;
    const exited = once(running, "exit");
    running.kill();
    await exited;
  };
}
