/** The functions of a folder, with names, and with what events and code say of when they run. */
import { existsSync } from "node:fs";
import { basename, relative } from "node:path";
import { EventFileError } from "../../events/event-file-error.ts";
import { readEventFile } from "../../events/event-file.ts";
import { findFunctions, keysFileOf } from "../../events/find-events.ts";
import { functionFileEnd } from "../../events/function-file.ts";
import { readTextFile } from "../../events/read-json-file.ts";
import type { EventType } from "../../runtime/function-runtime.ts";

export interface FoundFile {
  /** The file's without its ending, where that is no other function's too. */
  readonly name: string;
  readonly file: string;
  readonly events: readonly string[];
  /** The file with the key value store of its events; undefined where there is none. */
  readonly keys: string | undefined;
}

/**
 * @param known files that are functions also while they lack a handler, as one does that is being written
 * @throws EventFileError, when an event could be of several functions, or of none
 */
export function foundFunctions(folder: string, known: readonly string[]): FoundFile[] {
  const found = findFunctions([folder, ...known.filter((file) => existsSync(file))]);
  const short = (file: string): string => basename(file).replace(functionFileEnd, "");
  return found.map(({ file, events }) => {
    const isAlone = found.filter((other) => short(other.file) === short(file)).length === 1;
    const long = relative(folder, file).replace(functionFileEnd, "");
    return {
      name: (isAlone ? short(file) : long).replace(/[^a-zA-Z0-9-_]/g, "-").slice(0, 64),
      file,
      events,
      keys: events[0] === undefined ? undefined : keysFileOf(events[0]),
    };
  });
}

/** When a function is to run, as its events say; where it has none, by whether its code reads a response. */
export function eventTypesOf({ file, events }: Pick<FoundFile, "file" | "events">): EventType[] {
  const types = new Set(events.flatMap(typeOfEvent));
  if (types.size > 0) return [...types].sort();
  const code = readTextFile(file);
  const parameter =
    /\bhandler\b\s*(?:=\s*(?:async\s*)?)?(?:function\s*)?\(?\s*([\w$]+)/.exec(code)?.[1] ?? "event";
  const readsResponse =
    new RegExp(
      `\\b${parameter.replace(/\$/g, "\\$&")}\\s*(?:\\.\\s*response\\b|\\[\\s*['"]response['"])`,
    ).test(code) || /\{[^{}]*\bresponse\b[^{}]*\}\s*=/.test(code);
  return [readsResponse ? "viewer-response" : "viewer-request"];
}

/** Nothing where it is no event: that is told where events are run. */
function typeOfEvent(file: string): EventType[] {
  try {
    return [readEventFile(file).eventType];
  } catch (error) {
    if (error instanceof EventFileError) return [];
    throw error;
  }
}
