/** The member `given` of an event's file: what a run reads that is not in the event. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { EventFileError } from "./event-file-error.ts";
import { readKeys, type Keys } from "./key-value-file.ts";
import { isObject, kindOf } from "./read-json-file.ts";

export interface Circumstances {
  /** What the test is called; the file's name unless given. */
  readonly name?: string;
  /** What Date says, in milliseconds since the epoch; the real time unless given. */
  readonly now?: number;
  /** What Math.random's numbers follow from, the same each time; others each time unless given. */
  readonly seed?: number;
  readonly runtime?: RuntimeName;
  /** The associated key value store's pairs. */
  readonly keys?: Keys;
}

const takes = ["name", "now", "seed", "runtime", "keys"];

/** @throws EventFileError, naming the member that is unknown or wrong */
export function readCircumstances(file: string, value: unknown): Circumstances {
  if (value === undefined) return {};
  const wrong = (why: string): EventFileError => new EventFileError(file, `is wrong: given${why}`);
  if (!isObject(value)) throw wrong(` must be an object, got ${kindOf(value)}`);
  const unknown = Object.keys(value).find((name) => !takes.includes(name));
  if (unknown !== undefined) throw wrong(` has no "${unknown}": it takes ${takes.join(", ")}`);
  const { name, now, seed, runtime, keys } = value;
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw wrong(`.name must be a text, got ${kindOf(name)}`);
  }
  if (runtime !== undefined && !isRuntime(runtime)) {
    throw wrong(`.runtime must be cloudfront-js-1.0 or cloudfront-js-2.0, got ${kindOf(runtime)}`);
  }
  if (seed !== undefined && !isSeed(seed)) {
    throw wrong(`.seed must be a whole number from 1 to 2 ** 53 - 1, got ${kindOf(seed)}`);
  }
  return {
    ...(name !== undefined && { name }),
    ...(now !== undefined && { now: readTime(now, wrong) }),
    ...(seed !== undefined && { seed }),
    ...(runtime !== undefined && { runtime }),
    ...(keys !== undefined && { keys: keysOf(file, keys, wrong) }),
  };
}

function isSeed(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isRuntime(value: unknown): value is RuntimeName {
  return value === "cloudfront-js-1.0" || value === "cloudfront-js-2.0";
}

/** A time with its zone: what lacks one would differ from machine to machine. */
const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function readTime(value: unknown, wrong: (why: string) => Error): number {
  const time = typeof value === "string" && isoTime.test(value) ? Date.parse(value) : value;
  if (typeof time === "number" && Number.isInteger(time) && !Number.isNaN(new Date(time).getTime()))
    return time;
  throw wrong(
    `.now must be a time like "2026-01-31T12:00:00Z", or milliseconds since 1970, got ${kindOf(value)}`,
  );
}

/**
 * An event that comes from somebody else is not to have files of this machine read: its store is below its own folder, also where
 * links lead.
 */
function keysFile(file: string, name: string, wrong: (why: string) => Error): string {
  const folder = dirname(resolve(file));
  const path = resolve(folder, name);
  const isOutside =
    !isBelow(folder, path) ||
    (existsSync(path) && !isBelow(realpathSync(folder), realpathSync(path)));
  if (!isOutside) return path;
  throw wrong(`.keys must name a file below the event's own folder, got ${kindOf(name)}`);
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function keysOf(file: string, value: unknown, wrong: (why: string) => Error): Keys {
  if (typeof value === "string") return readKeys(keysFile(file, value, wrong));
  if (!isObject(value)) {
    throw wrong(
      `.keys must be an object of texts, or name a file that CreateKeyValueStore imports, got ${kindOf(value)}`,
    );
  }
  const [name, other] = Object.entries(value).find(([, each]) => typeof each !== "string") ?? [];
  if (name !== undefined) {
    throw wrong(`.keys["${name}"] must be a text, as all values of a store, got ${kindOf(other)}`);
  }
  return value as Keys;
}
