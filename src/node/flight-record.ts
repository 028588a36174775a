/**
 * Which function a worker runs, where another process can read it after the worker died of it.
 *
 * A worker notes the copy when it runs another one than before: some microseconds, in a file that is in memory
 * where the system has such a folder. An answer that is remembered is no run. The primary opens the file too and removes its name, so
 * that nothing is left of it, however the two end.
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

export interface FlightRecord {
  /** The copy's; see copy-key.ts. */
  readonly key: string;
  /** The function's name. */
  readonly name: string;
}

/** Bytes of a record; a key has 32, and a name at most 64. */
const recordLength = 128;

/** @returns what the names of a node's records begin with, in a folder that is its user's alone */
export function newFlightPath(): string {
  const memory = "/dev/shm";
  const base = existsSync(memory) ? memory : tmpdir();
  const folder = join(base, `footlight-${userInfo().uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // It is there, or cannot be; the next look tells.
  }
  const found = lstatSync(folder, { throwIfNoEntry: false });
  const isOurs = found?.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0;
  return join(isOurs ? folder : mkdtempSync(join(tmpdir(), "footlight-")), randomUUID());
}

/**
 * @param path the node's; see newFlightPath
 * @returns what this process notes its runs with; nothing is noted when the file cannot be made
 */
export function openFlightRecord(path: string): (key: string, name: string) => void {
  const name = `${path}-${process.pid}`;
  let file: number;
  try {
    file = openSync(name, "wx", 0o600);
  } catch {
    return () => {};
  }
  // Who ends before the primary has heard of it cleans up itself.
  process.once("exit", () => rmSync(name, { force: true }));
  return (key, fn) => {
    try {
      writeSync(file, `${key} ${fn}`.padEnd(recordLength), 0, "latin1");
    } catch {
      // A full disk costs the knowledge of who was at fault, and no run.
    }
  };
}

/** Another process's record, as the primary reads it. */
export class FlightReader {
  #file: number | undefined;

  /** @param pid a process that has called openFlightRecord */
  constructor(path: string, pid: number) {
    const name = `${path}-${pid}`;
    try {
      this.#file = openSync(name, "r");
      unlinkSync(name);
    } catch {
      // It could not make one.
    }
  }

  /** @returns what was noted last; undefined when nothing ran */
  read(): FlightRecord | undefined {
    if (this.#file === undefined) return undefined;
    const bytes = Buffer.alloc(recordLength);
    readSync(this.#file, bytes, 0, recordLength, 0);
    const [, key, name] = /^([0-9a-f]{32}) (\S+) *$/.exec(bytes.toString("latin1")) ?? [];
    return key === undefined || name === undefined ? undefined : { key, name };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
