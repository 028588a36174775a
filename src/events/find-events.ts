/**
 * Which events are a function's: `NAME.events/*.json` beside `NAME.js` or `NAME.ts`, or `events/*.json` beside it where it is the only
 * function of its folder. `keys.json` among them is the key value store of all of them.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { expectationFileOf } from "./event-file.ts";
import { EventFileError } from "./event-file-error.ts";
import { functionFileEnd } from "./function-file.ts";

export interface FoundFunction {
  /** The function's file. */
  readonly file: string;
  /** Files with its events, by name. */
  readonly events: readonly string[];
}

const expectationEnd = ".expect.json";
const keysName = "keys.json";

/**
 * @param paths functions, events, and folders with both, at any depth; an event behind a function is that one's, wherever it is
 * @throws EventFileError, when something is not there, or an event could be of several functions, or of none
 */
export function findFunctions(paths: readonly string[]): FoundFunction[] {
  const found = new Map<string, Set<string>>();
  const add = (file: string, events: readonly string[]): void => {
    const known = found.get(file) ?? new Set();
    for (const event of events) known.add(event);
    found.set(file, known);
  };
  let named: string | undefined;
  for (const [index, path] of paths.entries()) {
    if (isFolder(path)) {
      named = undefined;
      requireReadable(path);
      for (const { file, events } of functionsBelow(path)) add(file, events);
    } else if (extname(path) === ".json") {
      add(named ?? functionOfEvent(path), [path]);
    } else {
      named = path;
      const hasOwn = extname(paths[index + 1] ?? "") === ".json";
      add(path, hasOwn ? [] : eventsOf(path));
    }
  }
  return [...found].map(([file, events]) => ({ file, events: [...events] }));
}

/**
 * The events of a folder, by name: all its `*.json` except expectations and `keys.json`.
 *
 * @throws EventFileError, when it is no folder that can be read, or an expectation stands there without its event
 */
export function eventFilesIn(folder: string): string[] {
  const names = namesIn(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  const events = names.filter((name) => !name.endsWith(expectationEnd) && name !== keysName);
  const expected = new Set(events.map(expectationFileOf));
  const alone = names.find((name) => name.endsWith(expectationEnd) && !expected.has(name));
  if (alone !== undefined) {
    throw new EventFileError(
      join(folder, alone),
      `says what is expected of ${alone.slice(0, -expectationEnd.length)}.json, which is not there`,
    );
  }
  return events.map((name) => join(folder, name));
}

/** The file with the key value store of an event's folder; undefined where there is none. */
export function keysFileOf(event: string): string | undefined {
  const file = join(dirname(event), keysName);
  return existsSync(file) ? file : undefined;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new EventFileError(path, `cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Of what is below it, what may not be read is passed over: a database's folder in a container's volume is no function. */
function requireReadable(folder: string): void {
  namesIn(folder);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new EventFileError(folder, `cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function* functionsBelow(folder: string): Iterable<FoundFunction> {
  const { files, folders } = contentsOf(folder);
  const functions = functionsAmong(files, folder);
  for (const name of functions) {
    const file = join(folder, name);
    yield { file, events: eventsOf(file, functions) };
  }
  if (functions.length === 0 && folders.includes("events") && basename(folder) !== "events") {
    const events = eventFilesIn(join(folder, "events"));
    if (events.length > 0) throw noFunction(events[0]!, folder);
  }
  for (const name of folders) {
    if (name !== "events" && !name.endsWith(".events")) yield* functionsBelow(join(folder, name));
  }
  const stray = folders.find(
    (name) => name.endsWith(".events") && fileOfEvents(name, files) === undefined,
  );
  if (stray !== undefined) {
    const wanted = join(folder, stray.replace(/events$/, "js"));
    throw new EventFileError(
      join(folder, stray),
      `has the events of ${wanted}, which is not there`,
    );
  }
}

interface Contents {
  /** Names, in order. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Nothing, of what may not be read or is gone. */
function contentsOf(folder: string): Contents {
  const entries = (unlessUnreadable(() => readdirSync(folder, { withFileTypes: true })) ?? [])
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const named = (isWanted: (entry: (typeof entries)[number]) => boolean): string[] =>
    entries.filter(isWanted).map(({ name }) => name);
  return {
    files: named((entry) => entry.isFile()),
    folders: named((entry) => entry.isDirectory()),
  };
}

/** @returns those that are functions; of a function in TypeScript the JavaScript beside it is what a compiler has made */
function functionsAmong(names: readonly string[], folder: string): string[] {
  return names.filter((name) => {
    if (name.endsWith(".js") && names.includes(name.replace(/js$/, "ts"))) return false;
    return isFunction(join(folder, name));
  });
}

/** The function that a folder `NAME.events` is of, as far as its name goes. */
function fileOfEvents(folder: string, files: readonly string[]): string | undefined {
  return ["ts", "js"]
    .map((end) => folder.replace(/events$/, end))
    .find((name) => files.includes(name));
}

/** Whether a file declares a handler, and is no test. */
function isFunction(file: string): boolean {
  if (!functionFileEnd.test(file) || /\.(test|spec|config|d)\.[jt]s$/.test(file)) return false;
  const code = unlessUnreadable(() => readFileSync(file, "utf8")) ?? "";
  return /\b(?:function|const|let|var)\s+handler\b/.test(code);
}

/** Files come and go while they are looked at, and some are not this user's. */
function unlessUnreadable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EACCES", "EPERM", "ENOENT", "ENOTDIR"].includes(code)) return undefined;
    throw error;
  }
}

/** @param functions the names of all functions of its folder */
function eventsOf(file: string, functions?: readonly string[]): string[] {
  const own = join(dirname(file), eventsFolderOf(basename(file)));
  const owned = existsSync(own) ? eventFilesIn(own) : [];
  const shared = join(dirname(file), "events");
  if (!existsSync(shared)) return owned;
  const others = functionsIn(dirname(file), functions).filter((name) => name !== basename(file));
  const events = eventFilesIn(shared);
  if (others.length === 0) return [...owned, ...events];
  if (events.length > 0) throw ambiguous(events[0]!, [basename(file), ...others]);
  return owned;
}

function functionsIn(folder: string, known?: readonly string[]): readonly string[] {
  return known ?? functionsAmong(contentsOf(folder).files, folder);
}

function eventsFolderOf(name: string): string {
  return `${name.replace(functionFileEnd, "")}.events`;
}

function functionOfEvent(event: string): string {
  const folder = dirname(event);
  const parent = dirname(folder);
  if (basename(folder).endsWith(".events")) {
    const { files } = contentsOf(parent);
    const name = basename(folder);
    return join(parent, fileOfEvents(name, files) ?? name.replace(/events$/, "js"));
  }
  const functions = basename(folder) === "events" ? functionsIn(parent) : [];
  if (functions.length > 1) throw ambiguous(event, functions);
  if (functions[0] === undefined) throw noFunction(event, parent);
  return join(parent, functions[0]);
}

function ambiguous(event: string, functions: readonly string[]): EventFileError {
  const [first = ""] = functions;
  const folders = eventsFolderOf(first);
  return new EventFileError(
    event,
    `could be of ${functions.join(" or ")}: move it to a folder of its function's own, like ${folders}`,
  );
}

function noFunction(event: string, folder: string): EventFileError {
  return new EventFileError(
    event,
    `is of no function: ${folder} has no file with a handler. Name the function before it, as in footlight test fn.js ${event}`,
  );
}
