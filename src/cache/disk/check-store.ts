/**
 * Finds out whether a disk store may be opened, before any process maps it that is needed: what can be
 * seen without mapping is looked at here, the rest in a process that may die. What is not sound is set
 * aside, and the store begins anew. One that is just as it was closed, or is yet to be made, needs no such process.
 */
import { fork } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../base/logger.ts";
import { wasClosedCleanly } from "./clean-close.ts";
import {
  bootOfMachine,
  currentGeneration,
  filesOf,
  isDeadly,
  lockFileBytes,
  textOf,
} from "./generation.ts";
import { readIndexHead } from "./index-head.ts";
import { identityOf, UnlockableIndex } from "./index-identity.ts";
import { isNoRoom } from "./index-tail.ts";
import { replaceGeneration, setDamagedAside } from "./replace-generation.ts";

const file = fileURLToPath(
  new URL(`check-store-process${extname(import.meta.url)}`, import.meta.url),
);
/** How long the process may take, when it has to read everything. */
const timeoutMs = 30_000;
/** How often an index is tried whose locks another process, that closed it at that moment, has taken along, and after what time. */
const lockAttempts = 6;
const lockAgainMs = 100;

export interface StorePlace {
  readonly folder: string;
  readonly maxBytes: number;
  /** Names a run of a node: its processes check a store once. */
  readonly session: string;
  readonly logger: Logger;
}

/** What the process that checks says, once. */
export type CheckOutcome =
  | { readonly isSound: true }
  | { readonly problem: string }
  /** Which says nothing of what it is. */
  | { readonly isUnlockable: true };

/**
 * @returns the folder of a generation that is sound, made anew if need be
 * @throws Error when none can be made, on a full disk for one
 */
export async function requireSoundGeneration(place: StorePlace): Promise<string> {
  const { folder, session, logger } = place;
  let problem = "";
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const generation = currentGeneration(folder) ?? replaceGeneration(folder, undefined);
    if (isChecked(generation, session) && !isDeadly(generation)) return generation;
    const found = await findProblem(generation, place);
    if (found === undefined) {
      noteChecked(generation, session);
      return generation;
    }
    // Another process was first, and has deleted what it replaced.
    if (currentGeneration(folder) !== generation) continue;
    problem = found;
    setUnsoundAside({ folder, generation, problem, logger });
  }
  throw new Error(`Cannot make a cache in ${folder}: ${problem}`);
}

export interface Unsound extends Pick<StorePlace, "folder" | "logger"> {
  readonly generation: string;
  readonly problem: string;
}

/** Which generation it was last said of, that could not be replaced for want of room. */
let unreplaced: string | undefined;

/** The next one takes its place. */
export function setUnsoundAside({ folder, generation, problem, logger }: Unsound): void {
  if (unreplaced !== generation) {
    logger.warn(
      { folder: generation, problem },
      "the cache on disk is not sound: it is set aside, and begun anew",
    );
  }
  unreplaced = generation;
  setDamagedAside(folder, generation);
  replaceGeneration(folder, generation);
  unreplaced = undefined;
}

/** What is noted where it was found sound. */
function noteOf(generation: string, session: string): string {
  return `${session} ${identityOf(generation) ?? ""}`;
}

function isChecked(generation: string, session: string): boolean {
  return textOf(filesOf(generation).checked) === noteOf(generation, session);
}

/** Whether its index is another than processes of this session have open by then. */
function isExchanged(generation: string, session: string): boolean {
  const noted = textOf(filesOf(generation).checked);
  return noted?.startsWith(`${session} `) === true && !isChecked(generation, session);
}

/** On a full disk nothing may be noted, and of one that another process has replaced nothing can: then each looks for itself. */
function noteChecked(generation: string, session: string): void {
  const { boot, checked } = filesOf(generation);
  try {
    const [before, now] = [textOf(boot), bootOfMachine()];
    // In its place, which takes no room: without it the cache would be lost at the next start after a kill.
    if (before !== now)
      writeFileSync(boot, now, { flag: before?.length === now.length ? "r+" : "w" });
    writeFileSync(checked, noteOf(generation, session));
  } catch (error) {
    if (!isNoRoom(error) && existsSync(generation)) throw error;
  }
}

async function findProblem(
  generation: string,
  { session, maxBytes }: StorePlace,
): Promise<string | undefined> {
  if (isDeadly(generation)) return "Processes died while they read it";
  const { index, lock, synced, deaths } = filesOf(generation);
  if (!isAsLong(lock, lockFileBytes) || !isAsLong(index, 0))
    return "Its index, or its lock, is gone";
  if (isExchanged(generation, session)) return "Another index stands in its place";
  let isWhole = true;
  try {
    const head = readIndexHead(index);
    const boot = textOf(filesOf(generation).boot);
    // Whoever opens it fills it: there is nothing that could be damaged.
    if (head === undefined) return undefined;
    isWhole = head.isWhole;
    const isUntouched = isWhole && wasClosedCleanly(generation, head.transaction);
    if (isUntouched && textOf(deaths) === undefined) return undefined;
    const isSynced = textOf(synced) === String(head.transaction);
    if (boot !== bootOfMachine() && !isSynced) {
      return "The machine was restarted before it was closed";
    }
  } catch (error) {
    return (error as Error).message;
  }
  const reads = isWhole && textOf(deaths) === undefined ? "some" : "all";
  for (let attempts = lockAttempts; attempts > 0; attempts -= 1) {
    const outcome = await checkApart([generation, String(maxBytes), reads]);
    if ("problem" in outcome) return outcome.problem;
    if ("isSound" in outcome) return undefined;
    await wait(lockAgainMs);
  }
  throw new UnlockableIndex("The locks of its index cannot be taken");
}

function isAsLong(path: string, bytes: number): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? -1) >= bytes;
}

function checkApart(args: readonly string[]): Promise<CheckOutcome> {
  return new Promise((resolve, reject) => {
    // Of the node's environment, which has secrets, it needs only where Node keeps what it compiled.
    const { NODE_COMPILE_CACHE: compiled } = process.env;
    const env = compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled };
    const child = fork(file, args, {
      env,
      execArgv: [],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    const decide = (outcome: CheckOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
      // It goes on to sweep, and nobody waits for that.
      if (child.connected) child.disconnect();
      child.unref();
    };
    // Never without a listener: Node fails on what comes to none once it is disconnected.
    child.on("message", decide);
    // It could not be started, which says nothing of what it was to read.
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", (code, signal) =>
      decide({ problem: `The process that read it ended with ${signal ?? `code ${code}`}` }),
    );
  });
}
