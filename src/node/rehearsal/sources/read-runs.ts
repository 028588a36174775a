/**
 * Runs from files: recorded ones, as the API tells them, a line each; events as TestFunction takes them; access logs; and HTTP
 * archives.
 */
import { statSync } from "node:fs";
import { accessLogRuns } from "./access-log.ts";
import { eventRuns } from "./event-files.ts";
import { harRuns } from "./har-file.ts";
import { readLogFields } from "./log-fields.ts";
import type { RunsFrom } from "./runs-from.ts";
import { textLines } from "./text-lines.ts";

export type { RunsFrom };

export interface RunsInput {
  /** A file, or a folder of events. */
  readonly path: string;
  /** The function's name. */
  readonly name: string;
  /** The fields of an access log that does not name them: see {@link readLogFields}. */
  readonly fields: string;
  /** Milliseconds since the epoch, for what says no time. */
  readonly now: number;
}

/** @throws Error, when it can't be read; so does what it returns, when a line is none of these */
export async function readRuns({ path, name, fields, now }: RunsInput): Promise<RunsFrom> {
  if (statSync(path).isDirectory()) return eventRuns(path, name, now);
  if (/\.jsonl(\.gz)?$/i.test(path)) {
    return { name: "recorded runs", ...textLines(path), lacks: [] };
  }
  if (/\.har$/i.test(path)) return harRuns(path, name);
  if (/\.json$/i.test(path)) return eventRuns(path, name, now);
  return accessLogRuns(path, name, readLogFields(fields));
}
